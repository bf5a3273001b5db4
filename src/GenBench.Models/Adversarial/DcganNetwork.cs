using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>Generator and discriminator. All weights start from N(0, 0.02²) (Radford et al. 2016, §4), biases at 0.</summary>
internal sealed class DcganNetwork : nn.Module
{
    /// <summary>Side of all kernels: a multiple of the stride, so that transposed convolutions overlap evenly (the paper's is 5).</summary>
    internal const int Kernel = 4;

    private const double Deviation = 0.02;
    private readonly Generator generator;
    private readonly Discriminator discriminator;

    /// <exception cref="InvalidOptionException">The image cannot be halved to a small feature map.</exception>
    internal DcganNetwork(DcganOptions options, ImageShape shape, int classes, DiscriminatorNorm norm) : base(nameof(DcganNetwork))
    {
        var plan = HalvingPlan.Of(shape);
        generator = new Generator(options.Latent, options.Channels, classes, shape, plan);
        discriminator = new Discriminator(options.Channels, classes, norm, shape, plan);
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
    internal Generator Generator => generator;

    /// <summary>From images and labels [B] to scores [B].</summary>
    internal Discriminator Discriminator => discriminator;
}
