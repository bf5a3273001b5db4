using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Exponential moving average of parameters with the warm-up min(decay, (1 + n)/(10 + n)).</summary>
internal sealed class MovingAverage : IDisposable
{
    private readonly TensorListKernels _kernels;
    private readonly double _decay;
    private readonly string[] _names;
    private readonly Tensor[] _live;
    private readonly Tensor[] _averages;

    /// <summary>Starts from the parameters' present values; parameters that are not floating are left out.</summary>
    public MovingAverage(TensorListKernels kernels, IEnumerable<(string Name, Parameter Value)> parameters, double decay)
    {
        var floating = parameters.Where(parameter => is_floating_point(parameter.Value)).ToArray();
        _kernels = kernels;
        _decay = decay;
        _names = [.. floating.Select(parameter => parameter.Name)];
        _live = [.. floating.Select(parameter => parameter.Value)];
        _averages = Array.ConvertAll(_live, Copy);
    }

    /// <summary>The averages under their parameters' names.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _names.Zip(_averages);

    /// <summary>Takes the live values in.</summary>
    /// <param name="n">Number of updates before this one.</param>
    public void Update(long n)
    {
        using var noGrad = no_grad();
        _kernels.Lerp(_averages, _live, 1 - Math.Min(_decay, (1.0 + n) / (10 + n)));
    }

    /// <summary>Makes the averages the live values.</summary>
    public void MakeLive()
    {
        using var noGrad = no_grad();
        for (var i = 0; i < _live.Length; i++)
            _live[i].copy_(_averages[i]);
    }

    public void Dispose()
    {
        foreach (var average in _averages)
            average.Dispose();
    }

    private static Tensor Copy(Tensor value)
    {
        using var scope = NewDisposeScope();
        return value.detach().clone().DetachFromDisposeScope();
    }
}
