using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Plane;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>Batches of four shapes or points, as if killed where asked.</summary>
internal sealed class TrialBatches : IBatchSource, IDisposable
{
    internal const int Size = 4;

    private static readonly ShapesOptions ShapesOptions = new() { Train = 64, Validation = 0, Test = 10 };
    private static readonly GaussiansOptions PointsOptions = new() { Train = 64, Validation = 0, Test = 10 };

    private readonly Dataset dataset;
    private readonly DatasetBatches batches;
    private readonly Action? drawn;
    private readonly int killAfter;
    private int draws;

    /// <param name="points">Points in place of shapes.</param>
    /// <param name="encoding">The model's.</param>
    /// <param name="killAfter">Batches drawn before a <see cref="TimeoutException"/> ends the training.</param>
    /// <param name="drawn">Called before each draw.</param>
    /// <param name="seed">Seed of their order.</param>
    internal TrialBatches(bool points, PixelEncoding encoding, int killAfter, Action? drawn, ulong seed)
    {
        dataset = points ? Gaussians.Open(PointsOptions, "") : Shapes.Open(ShapesOptions, "");
        batches = new DatasetBatches(dataset.Train, Size, encoding, flip: false, seed, CPU);
        this.killAfter = killAfter;
        this.drawn = drawn;
    }

    internal static DataSpec Describe(bool points) => points ? Gaussians.Describe(PointsOptions) : Shapes.Describe(ShapesOptions);

    public Batch Draw(long number)
    {
        drawn?.Invoke();
        return draws++ < killAfter ? batches.Draw(number) : throw new TimeoutException("killed");
    }

    public void Dispose()
    {
        batches.Dispose();
        dataset.Dispose();
    }
}
