using GenBench.Core;
using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>
/// The discriminator of Radford et al. 2016, without its sigmoid: images [B, C, H, W] → scores [B]. Strided convolutions
/// down to the smallest feature map φ(x), or, of points, dense layers; then a linear layer. Given a class y the score is that of the projection
/// discriminator (Miyato &amp; Koyama 2018, eq. 3): ψ(φ(x)) + v_y · φ(x), here with a linear ψ and all positions of φ.
/// </summary>
internal sealed class Discriminator : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _down = [];
    private readonly Linear _output;
    private readonly SpectralNorm? _outputSpectral;
    private readonly ClassEmbedding? _classes;
    private readonly SpectralNorm? _classesSpectral;

    /// <param name="channels">Channels at half the image's size; each halving doubles them.</param>
    /// <param name="classes">Number of classes, 0 for none.</param>
    /// <param name="norm">How it is normalised.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="plan">Its halvings.</param>
    internal Discriminator(int channels, int classes, DiscriminatorNorm norm, ImageShape shape, HalvingPlan plan)
        : this(Convolutions(channels, norm, shape, plan), ((long)channels << (plan.Halvings - 1)) * plan.Smallest.Positions, classes, norm)
    {
    }

    private Discriminator(IEnumerable<nn.Module<Tensor, Tensor>> down, long features, int classes, DiscriminatorNorm norm) : base(nameof(Discriminator))
    {
        foreach (var layer in down)
            _down.Add(layer);
        var spectral = norm == DiscriminatorNorm.Spectral;
        _output = nn.Linear(features, 1);
        _outputSpectral = spectral ? new SpectralNorm(1) : null;
        _classes = classes > 0 ? new ClassEmbedding(classes, features) : null;
        _classesSpectral = spectral && classes > 0 ? new SpectralNorm(classes) : null;
        RegisterComponents();
    }

    /// <summary>The discriminator of points, of three hidden layers: [B, D, 1, 1] → scores [B].</summary>
    /// <param name="coordinates">D.</param>
    /// <param name="width">Width of the hidden layers.</param>
    /// <param name="classes">Number of classes, 0 for none.</param>
    /// <param name="norm">Spectral or none.</param>
    internal static Discriminator OfPoints(int coordinates, int width, int classes, DiscriminatorNorm norm) =>
        new([.. new[] { coordinates, width, width }.Select(input => new DenseDiscriminatorLayer(input, width, norm))], width, classes, norm);

    private static IEnumerable<nn.Module<Tensor, Tensor>> Convolutions(int channels, DiscriminatorNorm norm, ImageShape shape, HalvingPlan plan)
    {
        var (input, output) = ((long)shape.Channels, (long)channels);
        for (var i = 0; i < plan.Halvings; i++, output *= 2)
        {
            yield return new DiscriminatorLayer(input, output, first: i == 0, norm);
            input = output;
        }
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
