using GenBench.Core;
using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>
/// The discriminator of Radford et al. 2016, without its sigmoid: images [B, C, H, W] → scores [B]. Strided convolutions
/// down to the smallest feature map φ(x), then a linear layer. Given a class y the score is that of the projection
/// discriminator (Miyato &amp; Koyama 2018, eq. 3): ψ(φ(x)) + v_y · φ(x), here with a linear ψ and all positions of φ.
/// </summary>
internal sealed class Discriminator : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly ModuleList<DiscriminatorLayer> _down = [];
    private readonly Linear _output;
    private readonly SpectralNorm? _outputSpectral;
    private readonly ClassEmbedding? _classes;
    private readonly SpectralNorm? _classesSpectral;

    /// <param name="channels">Channels at half the image's size; each halving doubles them.</param>
    /// <param name="classes">Number of classes, 0 for none.</param>
    /// <param name="norm">How it is normalised.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="plan">Its halvings.</param>
    internal Discriminator(int channels, int classes, DiscriminatorNorm norm, ImageShape shape, HalvingPlan plan) : base(nameof(Discriminator))
    {
        var (input, output) = ((long)shape.Channels, (long)channels);
        for (var i = 0; i < plan.Halvings; i++, output *= 2)
        {
            _down.Add(new DiscriminatorLayer(input, output, first: i == 0, norm));
            input = output;
        }
        var features = input * plan.Smallest.Positions;
        var spectral = norm == DiscriminatorNorm.Spectral;
        _output = nn.Linear(features, 1);
        _outputSpectral = spectral ? new SpectralNorm(1) : null;
        _classes = classes > 0 ? new ClassEmbedding(classes, features) : null;
        _classesSpectral = spectral && classes > 0 ? new SpectralNorm(classes) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor images, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var h = images;
        foreach (var layer in _down)
            h = layer.call(h);
        var features = h.flatten(1);
        var scores = nn.functional.linear(features, Normalised(_output.weight, _outputSpectral), _output.bias).squeeze(1);
        if (_classes is not null)
            scores = scores + (Normalised(_classes.Weight, _classesSpectral).index_select(0, labels!) * features).sum(1);
        return scores.MoveToOuterDisposeScope();
    }

    private static Tensor Normalised(Tensor weight, SpectralNorm? spectral) => spectral is null ? weight : spectral.call(weight);
}
