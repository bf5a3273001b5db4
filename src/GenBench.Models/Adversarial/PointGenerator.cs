using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Adversarial;

/// <summary>The generator of points: z [B, latent] through three hidden layers with ReLU to [B, D, 1, 1].</summary>
internal sealed class PointGenerator : ImageGenerator
{
    private readonly ModuleList<Linear> _hidden = [];
    private readonly Linear _output;

    /// <param name="latent">Length of z.</param>
    /// <param name="width">Width of the hidden layers.</param>
    /// <param name="classes">Number of classes, 0 for none.</param>
    /// <param name="coordinates">D.</param>
    internal PointGenerator(int latent, int width, int classes, int coordinates) : base(nameof(PointGenerator), classes)
    {
        foreach (var input in new[] { latent + classes, width, width })
            _hidden.Add(nn.Linear(input, width));
        _output = nn.Linear(width, coordinates);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor z, Tensor? labels)
    {
        using var scope = NewDisposeScope();
        var h = Input(z, labels);
        foreach (var layer in _hidden)
            h = layer.call(h).relu_();
        return _output.call(h).unsqueeze(-1).unsqueeze(-1).MoveToOuterDisposeScope();
    }

    internal override long Macs() => _hidden.Sum(layer => layer.Macs()) + _output.Macs();
}
