using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

/// <summary>A folder for one test's cells, and the calls that train in it.</summary>
public abstract class TrainerFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("genbench-training-");
    private readonly int _threads = get_num_threads();

    /// <summary>One thread: with two, a busy machine makes each tiny parallel region wait for a time slice.</summary>
    protected TrainerFixture() => set_num_threads(1);

    private protected MessageList Messages { get; } = [];

    private protected ProgressList Progress { get; } = [];

    public void Dispose()
    {
        _root.Delete(recursive: true);
        set_num_threads(_threads);
        GC.SuppressFinalize(this);
    }

    private protected CellFolder Cell(string name) => new(Path.Combine(_root.FullName, name));

    private protected TrainedInfo Train(
        IGenerativeModel model, TrainingSpec spec, string cell = "cell", IBatchSource? batches = null, TimeProvider? time = null,
        string key = "key", CancellationTokenSource? interruption = null) =>
        new Trainer(time ?? TimeProvider.System, Messages, Progress).Run(
            new TrainingJob(model, batches ?? new ToyBatches(), spec, 7, key, Cell(cell), CPU), interruption?.Token ?? TestContext.Current.CancellationToken);

    /// <summary>Trains until the n-th batch is drawn, then cancels or throws; the process is "killed" there.</summary>
    private protected void TrainUntil(int draws, bool cancel, IGenerativeModel model, TrainingSpec spec, string cell = "cell", TimeProvider? time = null)
    {
        using var source = new CancellationTokenSource();
        var batches = new ToyBatches(draw =>
        {
            if (draw < draws)
                return;
            if (!cancel)
                throw new TimeoutException("killed");
            source.Cancel();
        });
        if (cancel)
            Assert.Throws<OperationCanceledException>(() => Train(model, spec, cell, batches, time, interruption: source));
        else
            Assert.Throws<TimeoutException>(() => Train(model, spec, cell, batches, time));
    }

    private protected static void AssertSameState(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, value) in expected)
            Assert.True(value.bytes.SequenceEqual(actual[name].bytes), name);
    }
}
