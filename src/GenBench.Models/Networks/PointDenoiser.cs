using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// The denoiser of points, [B, D, 1, 1] → [B, D', 1, 1]: a residual perceptron whose blocks read the embeddings of time and class as
/// those of <see cref="UNet"/> do. It returns zero until it is trained, the last layer starting at zero.
/// </summary>
internal sealed class PointDenoiser : DenoisingNetwork
{
    private readonly TimeEmbedding _time;
    private readonly Linear _stem;
    private readonly ModuleList<DenseResBlock> _blocks = [];
    private readonly Linear _output;
    private readonly ClassEmbedding? _classes;

    /// <param name="options">Shape of the points, channels as the layers' width, blocks, dropout, output channels and classes; the rest has no
    /// meaning here.</param>
    /// <exception cref="InvalidOptionException">The width is odd.</exception>
    internal PointDenoiser(UNetOptions options) : base(nameof(PointDenoiser))
    {
        if (options.Channels < 2 || options.Channels % 2 != 0)
            throw new InvalidOptionException("channels", $"must be even and at least 2, not {options.Channels}");
        _time = new TimeEmbedding(options.Channels, options.EmbeddingWidth);
        _stem = nn.Linear(options.Shape.Channels, options.Channels);
        for (var block = 0; block < options.Blocks; block++)
            _blocks.Add(new DenseResBlock(options.Channels, options.EmbeddingWidth, options.Dropout));
        _output = nn.Linear(options.Channels, options.OutputChannels ?? options.Shape.Channels).Zeroed();
        _classes = options.Classes > 0 ? new ClassEmbedding(options.Classes + 1, options.EmbeddingWidth) : null;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor t, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var embedding = _time.call(t);
        if (_classes is not null)
            embedding = embedding + _classes.call(labels ?? full_like(t, _classes.Weight.shape[0] - 1));
        embedding = nn.functional.silu(embedding); // every block starts with it
        var h = _stem.call(x.flatten(1));
        foreach (var block in _blocks)
            h = block.call(h, embedding);
        return _output.call(nn.functional.silu(h)).unsqueeze(-1).unsqueeze(-1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override long Macs() => _time.Macs() + _stem.Macs() + _blocks.Sum(block => block.Macs()) + _output.Macs();
}

/// <summary>A residual block of dense layers, (x [B, W], embedding [B, E]) → [B, W]: SiLU, layer; the embedding is added; SiLU, dropout, a
/// layer that starts at zero; plus x.</summary>
internal sealed class DenseResBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear _linear1;
    private readonly Linear _embedding;
    private readonly Dropout? _dropout;
    private readonly Linear _linear2;

    internal DenseResBlock(int width, int embedding, double dropout) : base(nameof(DenseResBlock))
    {
        _linear1 = nn.Linear(width, width);
        _embedding = nn.Linear(embedding, width);
        _dropout = dropout > 0 ? nn.Dropout(dropout) : null;
        _linear2 = nn.Linear(width, width).Zeroed();
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var h = _linear1.call(nn.functional.silu(x)) + _embedding.call(embedding);
        h = nn.functional.silu(h);
        h = _linear2.call(_dropout?.call(h) ?? h);
        return h.add_(x).MoveToOuterDisposeScope();
    }

    internal long Macs() => _linear1.Macs() + _embedding.Macs() + _linear2.Macs();
}
