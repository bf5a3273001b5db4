using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Networks;

/// <summary>
/// The U-Net of DDPM (Ho et al. 2020, appendix B): (x [B, C, H, W], t int64 [B], labels int64 [B] or null) → [B, C, H, W].
/// Differences: attention in the middle only where the options ask for that resolution, and an optional stem that turns
/// patches of pixels into channels. It returns zero until it is trained, the last convolution starting at zero.
/// </summary>
/// <remarks>A class's embedding is added to the time's (Nichol &amp; Dhariwal 2021). Labels are 0…K−1, or K for none, which
/// has an embedding of its own; no labels are none for every image. A network without classes ignores them.</remarks>
public sealed class UNet : DenoisingNetwork
{
    private readonly int _patch;
    private readonly int _blocks;
    private readonly IReadOnlyList<FeatureSize> _levels;
    private readonly TimeEmbedding _time;
    private readonly Conv2d _stem;
    private readonly ModuleList<UNetLayer> _down = [];
    private readonly ModuleList<Conv2d> _downsample = [];
    private readonly UNetLayer _middle1;
    private readonly UNetLayer _middle2;
    private readonly ModuleList<UNetLayer> _up = [];
    private readonly ModuleList<Conv2d> _upsample = [];
    private readonly GroupNorm _norm;
    private readonly Conv2d _output;
    private readonly ClassEmbedding? _classes;

    /// <summary>Builds the network with freshly drawn weights.</summary>
    /// <exception cref="Core.InvalidOptionException">The options do not fit each other or the shape.</exception>
    public UNet(UNetOptions options) : base(nameof(UNet))
    {
        _levels = options.Levels();
        _patch = options.Patch;
        _blocks = options.Blocks;
        _time = new TimeEmbedding(options.Channels, options.EmbeddingWidth);
        _stem = nn.Conv2d(options.Shape.Channels * _patch * _patch, options.Channels, 3, padding: 1);
        var skips = BuildDown(options);
        var coarsest = options.Channels * options.Multipliers[^1];
        _middle1 = new UNetLayer(coarsest, coarsest, options, options.Attends(_levels[^1], _levels));
        _middle2 = new UNetLayer(coarsest, coarsest, options, attends: false);
        var last = BuildUp(options, skips);
        _norm = GroupNormalization.Create(last);
        _output = nn.Conv2d(last, (options.OutputChannels ?? options.Shape.Channels) * _patch * _patch, 3, padding: 1).Zeroed();
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
        // Every block starts with this SiLU, so it is taken once.
        embedding = nn.functional.silu(embedding);
        var h = _stem.call(_patch == 1 ? x : nn.functional.pixel_unshuffle(x, _patch));
        var skips = new Stack<Tensor>([h]);
        h = Down(h, embedding, skips);
        h = _middle2.call(_middle1.call(h, embedding), embedding);
        h = Up(h, embedding, skips);
        h = _output.call(nn.functional.silu(_norm.call(h)));
        return (_patch == 1 ? h : nn.functional.pixel_shuffle(h, _patch)).MoveToOuterDisposeScope();
    }

    /// <summary>Multiply-accumulates of one evaluation for one image: convolutions, linear layers and attention.</summary>
    public override long Macs()
    {
        var macs = _time.Macs() + _stem.Macs(_levels[0]) + _output.Macs(_levels[0]);
        for (var level = 0; level < _levels.Count; level++)
        {
            var size = _levels[level];
            macs += Of(_down, level, _blocks).Sum(layer => layer.Macs(size));
            macs += Of(_up, _levels.Count - 1 - level, _blocks + 1).Sum(layer => layer.Macs(size));
            if (level > 0)
                macs += _downsample[level - 1].Macs(size) + _upsample[_levels.Count - 1 - level].Macs(_levels[level - 1]);
        }
        return macs + _middle1.Macs(_levels[^1]) + _middle2.Macs(_levels[^1]);
    }

    private Tensor Down(Tensor h, Tensor embedding, Stack<Tensor> skips)
    {
        for (var level = 0; level < _levels.Count; level++)
        {
            foreach (var layer in Of(_down, level, _blocks))
                skips.Push(h = layer.call(h, embedding));
            if (level < _downsample.Count)
                skips.Push(h = _downsample[level].call(h));
        }
        return h;
    }

    private Tensor Up(Tensor h, Tensor embedding, Stack<Tensor> skips)
    {
        for (var level = 0; level < _levels.Count; level++)   // coarsest first
        {
            foreach (var layer in Of(_up, level, _blocks + 1))
            {
                using var joined = cat([h, skips.Pop()], dim: 1);
                h = layer.call(joined, embedding);
            }
            if (level < _upsample.Count)
                h = _upsample[level].call(nn.functional.interpolate(h, scale_factor: [2, 2], mode: InterpolationMode.Nearest));
        }
        return h;
    }

    /// <summary>Returns the channels of every map kept for the way up, in the order in which they arise.</summary>
    private Stack<int> BuildDown(UNetOptions options)
    {
        var channels = options.Channels;
        var skips = new Stack<int>([channels]);
        for (var level = 0; level < _levels.Count; level++)
        {
            for (var block = 0; block < _blocks; block++)
            {
                var output = options.Channels * options.Multipliers[level];
                _down.Add(new UNetLayer(channels, output, options, options.Attends(_levels[level], _levels)));
                skips.Push(channels = output);
            }
            if (level == _levels.Count - 1)
                break;
            _downsample.Add(nn.Conv2d(channels, channels, 3, stride: 2, padding: 1));
            skips.Push(channels);
        }
        return skips;
    }

    /// <summary>Returns the channels of the finest level's output.</summary>
    private int BuildUp(UNetOptions options, Stack<int> skips)
    {
        var channels = options.Channels * options.Multipliers[^1];
        for (var level = _levels.Count - 1; level >= 0; level--)
        {
            for (var block = 0; block <= _blocks; block++)
            {
                var output = options.Channels * options.Multipliers[level];
                _up.Add(new UNetLayer(channels + skips.Pop(), output, options, options.Attends(_levels[level], _levels)));
                channels = output;
            }
            if (level > 0)
                _upsample.Add(nn.Conv2d(channels, channels, 3, padding: 1));
        }
        return channels;
    }

    private static IEnumerable<UNetLayer> Of(ModuleList<UNetLayer> layers, int level, int perLevel) =>
        layers.Skip(level * perLevel).Take(perLevel);
}
