using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>Batches of four shapes, as if killed where asked.</summary>
internal sealed class ShapeBatches : IBatchSource, IDisposable
{
    internal const int Size = 4;

    private readonly Dataset shapes = Shapes.Open(Options, "");
    private readonly DatasetBatches batches;
    private readonly Action? drawn;
    private readonly int killAfter;
    private int draws;

    /// <param name="encoding">The model's.</param>
    /// <param name="killAfter">Batches drawn before a <see cref="TimeoutException"/> ends the training.</param>
    /// <param name="drawn">Called before each draw.</param>
    internal ShapeBatches(PixelEncoding encoding, int killAfter = int.MaxValue, Action? drawn = null)
    {
        batches = new DatasetBatches(shapes.Train, Size, encoding, flip: false, seed: 3, CPU);
        this.killAfter = killAfter;
        this.drawn = drawn;
    }

    internal static ShapesOptions Options { get; } = new() { Train = 64, Validation = 0, Test = 10 };

    public Batch Draw(long number)
    {
        drawn?.Invoke();
        return draws++ < killAfter ? batches.Draw(number) : throw new TimeoutException("killed");
    }

    public void Dispose()
    {
        batches.Dispose();
        shapes.Dispose();
    }
}
