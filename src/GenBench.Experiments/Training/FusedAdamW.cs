using GenBench.Core;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace GenBench.Experiments.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019, algorithm 2), clipping by the global gradient
/// norm, and a watch for values that are not finite; nothing waits for the device.</summary>
internal sealed class FusedAdamW : IDisposable
{
    private readonly TensorListKernels _kernels;
    private readonly string[] _names;
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _expAvgs;
    private readonly Tensor[] _expAvgSqs;
    private readonly Tensor _step;
    private readonly Tensor _firstBad;
    private readonly AdamWScalars _scalars;

    public FusedAdamW(TensorListKernels kernels, IReadOnlyList<(string Name, Parameter Value)> parameters, OptimizerOptions options, double clipNorm)
    {
        _kernels = kernels;
        _names = [.. parameters.Select(parameter => parameter.Name)];
        _parameters = [.. parameters.Select(parameter => parameter.Value)];
        var device = _parameters[0].device;
        _expAvgs = [.. _parameters.Select(Zeros)];
        _expAvgSqs = [.. _parameters.Select(Zeros)];
        _step = zeros([], ScalarType.Float32, device).DetachFromDisposeScope();
        _firstBad = full([3], -1.0, ScalarType.Float64, device).DetachFromDisposeScope();
        _scalars = new AdamWScalars(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, clipNorm);
    }

    /// <summary>What a checkpoint holds of the optimizer, under PyTorch's names.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
    [
        ("step", _step),
        .. _names.Zip(_expAvgs, (name, value) => ($"exp_avg.{name}", value)),
        .. _names.Zip(_expAvgSqs, (name, value) => ($"exp_avg_sq.{name}", value)),
    ];

    /// <summary>Drops the gradients.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
            parameter.grad = null;
    }

    /// <summary>Updates the parameters from their gradients; one without a gradient stays as it is.</summary>
    /// <param name="loss">The loss that the gradients are of; watched only.</param>
    /// <param name="at">The step, named when something was not finite.</param>
    /// <param name="rate">The learning rate.</param>
    /// <returns>The gradients' global norm before clipping, a scalar on the device.</returns>
    /// <exception cref="InvalidOperationException">No parameter has a gradient.</exception>
    public Tensor Step(Tensor loss, long at, double rate)
    {
        using var noGrad = no_grad();
        using Scalar atScalar = at, rateScalar = rate;
        var gradients = Array.ConvertAll(_parameters, parameter => parameter.grad);
        if (Array.TrueForAll(gradients, gradient => gradient is not null))
            return _kernels.AdamW(_parameters, gradients!, _expAvgs, _expAvgSqs, _step, _firstBad, loss, atScalar, rateScalar, _scalars);
        var present = Enumerable.Range(0, gradients.Length).Where(i => gradients[i] is not null).ToArray();
        if (present.Length == 0)
            throw new InvalidOperationException("the loss depends on none of the parameters that the objective trains");
        return _kernels.AdamW(
            Pick(_parameters, present), Pick(gradients!, present), Pick(_expAvgs, present), Pick(_expAvgSqs, present),
            _step, _firstBad, loss, atScalar, rateScalar, _scalars);
    }

    /// <summary>The first step whose loss or gradient norm was not finite, or null; waits for the device.</summary>
    public (long Step, double Loss, double GradientNorm)? FirstBad()
    {
        using var scope = NewDisposeScope();
        var values = _firstBad.cpu().data<double>().ToArray();
        return values[0] < 0 ? null : ((long)values[0], values[1], values[2]);
    }

    public void Dispose()
    {
        ClearGradients();
        foreach (var value in (IEnumerable<Tensor>)[.. _expAvgs, .. _expAvgSqs, _step, _firstBad])
            value.Dispose();
        _scalars.Dispose();
    }

    private static Tensor Zeros(Tensor parameter) => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

    private static Tensor[] Pick(Tensor[] values, int[] indices) => Array.ConvertAll(indices, i => values[i]);
}
