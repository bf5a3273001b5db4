using GenBench.Models.Flows;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>A coupling's network for vectors.</summary>
internal sealed class Perceptron : Conditioner
{
    private readonly Sequential _layers;

    internal Perceptron(int input, int hidden, int output) : base(nameof(Perceptron))
    {
        _layers = nn.Sequential(nn.Linear(input, hidden), nn.Tanh(), nn.Linear(hidden, output));
        RegisterComponents();
    }

    internal override long Macs => 0;

    public override Tensor forward(Tensor input) => _layers.call(input);
}
