using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// The learned prior of what a level of Glow sets aside (Kingma &amp; Dhariwal 2018, figure 2b and the paper's code): the second
/// half of the channels is N(μ(h), σ²(h)) given the first half h. Standardised, z₂ = (x₂ − μ(h))/σ(h), the whole flow keeps one
/// standard normal prior: the density is the same, and a temperature scales σ.
/// </summary>
internal sealed class ConditionalPrior : Flow
{
    private readonly Coupling _gaussian;

    /// <param name="network">From h to ln σ and μ along dimension 1.</param>
    internal ConditionalPrior(Conditioner network) : base(nameof(ConditionalPrior))
    {
        _gaussian = new Coupling(new Halves(), network, nn.Identity());
        RegisterComponents();
    }

    internal override long Macs => _gaussian.Macs;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x) => _gaussian.Inverse(x);

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z) => _gaussian.Forward(z);
}
