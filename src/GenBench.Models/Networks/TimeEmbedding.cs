using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// Sinusoidal embedding of the timestep (Vaswani et al. 2017, §3.5, as in DDPM) and a two-layer perceptron:
/// t [B] → [B, width].
/// </summary>
internal sealed class TimeEmbedding : nn.Module<Tensor, Tensor>
{
    private const double LongestPeriod = 10_000;
    private readonly int _frequencies;
    private readonly Linear _hidden;
    private readonly Linear _output;

    /// <param name="sinusoids">Number of sines and cosines; even.</param>
    /// <param name="width">Width of the embedding.</param>
    internal TimeEmbedding(int sinusoids, int width) : base(nameof(TimeEmbedding))
    {
        _frequencies = sinusoids / 2;
        _hidden = nn.Linear(2L * _frequencies, width);
        _output = nn.Linear(width, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor t)
    {
        using var scope = NewDisposeScope();
        var exponents = arange(_frequencies, dtype: ScalarType.Float32, device: t.device);
        var frequencies = exponents.mul_(-Math.Log(LongestPeriod) / _frequencies).exp_();
        var angles = t.to(ScalarType.Float32).unsqueeze(1) * frequencies;
        var sinusoids = cat([angles.cos(), angles.sin()], dim: 1);
        return _output.call(nn.functional.silu(_hidden.call(sinusoids))).MoveToOuterDisposeScope();
    }

    internal long Macs() => _hidden.Macs() + _output.Macs();
}
