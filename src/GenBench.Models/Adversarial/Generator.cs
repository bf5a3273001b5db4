using GenBench.Core;
using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>
/// The generator of Radford et al. 2016 (figure 1): z [B, latent] is projected to the smallest feature map, which
/// fractionally strided convolutions double up to the image [B, C, H, W] in (−1, 1). Batch norm and ReLU before each of
/// them; tanh, but not for reals, and no norm at the end.
/// </summary>
internal sealed class Generator : ImageGenerator
{
    private readonly HalvingPlan _plan;
    private readonly bool _bounded;
    private readonly Linear _project;
    private readonly ModuleList<BatchNorm2d> _norms = [];
    private readonly ModuleList<ConvTranspose2d> _up = [];

    /// <param name="latent">Length of z.</param>
    /// <param name="channels">Channels at half the image's size; each halving doubles them.</param>
    /// <param name="classes">Number of classes, 0 for none.</param>
    /// <param name="shape">Shape of the image.</param>
    /// <param name="plan">Its halvings.</param>
    /// <param name="bounded">Whether the values lie between −1 and 1.</param>
    internal Generator(int latent, int channels, int classes, ImageShape shape, HalvingPlan plan, bool bounded) : base(nameof(Generator), classes)
    {
        _plan = plan;
        _bounded = bounded;
        var width = (long)channels << (plan.Halvings - 1);
        _project = nn.Linear(latent + classes, width * plan.Smallest.Positions, hasBias: false);
        for (; width >= channels; width /= 2)
        {
            _norms.Add(nn.BatchNorm2d(width));
            var last = width == channels;
            _up.Add(nn.ConvTranspose2d(width, last ? shape.Channels : width / 2, DcganNetwork.Kernel, stride: 2, padding: 1, bias: last));
        }
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor z, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var h = _project.call(Input(z, labels)).view(z.shape[0], -1, _plan.Smallest.Height, _plan.Smallest.Width);
        for (var i = 0; i < _up.Count; i++)
            h = _up[i].call(nn.functional.relu(_norms[i].call(h)));
        return (_bounded ? h.tanh() : h).MoveToOuterDisposeScope();
    }

    /// <summary>Sets the running statistics of the norms to the mean of those of some batches, in place of traces of training:
    /// the standing statistics of Brock et al. 2019.</summary>
    internal override void Recalibrate(IEnumerable<(Tensor Z, Tensor? Labels)> batches)
    {
        var (was, momentum) = (training, _norms[0].momentum);
        train();
        foreach (var norm in _norms)
        {
            norm.reset_running_stats();
            norm.momentum = null; // an even mean
        }
        foreach (var (z, labels) in batches)
            call(z, labels).Dispose();
        foreach (var norm in _norms)
            norm.momentum = momentum;
        train(was);
    }

    internal override long Macs()
    {
        var macs = _project.Macs();
        for (var i = 0; i < _up.Count; i++)
            macs += _up[i].Macs(input: _plan.Smallest.Times(1 << i));
        return macs;
    }
}
