using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>Generator and discriminator. All weights of convolutional ones start from N(0, 0.02²) (Radford et al. 2016, §4), biases at 0.</summary>
internal sealed class DcganNetwork : nn.Module
{
    /// <summary>Side of all kernels: a multiple of the stride, so that transposed convolutions overlap evenly (the paper's is 5).</summary>
    internal const int Kernel = 4;

    private const double Deviation = 0.02;
    private readonly ImageGenerator generator;
    private readonly Discriminator discriminator;

    /// <exception cref="InvalidOptionException">The image cannot be halved to a small feature map.</exception>
    internal DcganNetwork(DcganOptions options, DataSpec data, int classes, DiscriminatorNorm norm) : base(nameof(DcganNetwork))
    {
        if (data.IsPoints)
        {
            generator = new PointGenerator(options.Latent, options.Channels, classes, data.Shape.Channels);
            discriminator = Discriminator.OfPoints(data.Shape.Channels, options.Channels, classes, norm);
            RegisterComponents();
            return;
        }
        var plan = HalvingPlan.Of(data.Shape);
        generator = new Generator(options.Latent, options.Channels, classes, data.Shape, plan, bounded: data.Values == DataValues.Bytes);
        discriminator = new Discriminator(options.Channels, classes, norm, data.Shape, plan);
        RegisterComponents();
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.ndim > 1)
                nn.init.normal_(parameter, std: Deviation);
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                nn.init.zeros_(parameter);
        }
    }

    /// <summary>From z [B, latent] and labels [B] to images.</summary>
    internal ImageGenerator Generator => generator;

    /// <summary>From images and labels [B] to scores [B].</summary>
    internal Discriminator Discriminator => discriminator;
}
