using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>What holds a discriminator's activations or weights in bounds.</summary>
internal enum DiscriminatorNorm
{
    /// <summary>Batch normalisation but for the first layer (Radford et al. 2016).</summary>
    Batch,

    /// <summary>Spectral normalisation of every weight and no batch norm (Miyato et al. 2018).</summary>
    Spectral,

    /// <summary>Neither: a gradient penalty is on each image's own gradient, which batch norm would mix (Gulrajani et al. 2017, §4).</summary>
    None,
}

/// <summary>A strided convolution, norm and LeakyReLU: [B, C, H, W] → [B, C', H/2, W/2].</summary>
internal sealed class DiscriminatorLayer : nn.Module<Tensor, Tensor>
{
    internal const double Slope = 0.2;
    private readonly Conv2d _conv;
    private readonly BatchNorm2d? _norm;
    private readonly SpectralNorm? _spectral;

    internal DiscriminatorLayer(long input, long output, bool first, DiscriminatorNorm norm) : base(nameof(DiscriminatorLayer))
    {
        var batchNorm = norm == DiscriminatorNorm.Batch && !first;
        _conv = nn.Conv2d(input, output, DcganNetwork.Kernel, stride: 2, padding: 1, bias: !batchNorm);
        _norm = batchNorm ? nn.BatchNorm2d(output) : null;
        _spectral = norm == DiscriminatorNorm.Spectral ? new SpectralNorm(output) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = _spectral is null
            ? _conv.call(x)
            : nn.functional.conv2d(x, _spectral.call(_conv.weight), _conv.bias, strides: [2, 2], padding: [1, 1]);
        return nn.functional.leaky_relu(_norm?.call(h) ?? h, Slope).MoveToOuterDisposeScope();
    }
}

/// <summary>A dense layer and LeakyReLU: [B, D, …] → [B, D'].</summary>
internal sealed class DenseDiscriminatorLayer : nn.Module<Tensor, Tensor>
{
    private readonly Linear _linear;
    private readonly SpectralNorm? _spectral;

    internal DenseDiscriminatorLayer(long input, long output, DiscriminatorNorm norm) : base(nameof(DenseDiscriminatorLayer))
    {
        _linear = nn.Linear(input, output);
        _spectral = norm == DiscriminatorNorm.Spectral ? new SpectralNorm(output) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.linear(x.flatten(1), _spectral is null ? _linear.weight : _spectral.call(_linear.weight), _linear.bias);
        return nn.functional.leaky_relu(h, DiscriminatorLayer.Slope).MoveToOuterDisposeScope();
    }
}
