using GenBench.Core;
using GenBench.Experiments.Training;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

/// <summary>4 → 4 values through a hidden layer with batch normalisation and dropout.</summary>
internal sealed class ToyBlock : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> inner = nn.Linear(4, 8);
    private readonly nn.Module<Tensor, Tensor> norm = nn.BatchNorm1d(8);
    private readonly nn.Module<Tensor, Tensor> drop = nn.Dropout(0.25);
    private readonly nn.Module<Tensor, Tensor> outer = nn.Linear(8, 4);

    public ToyBlock() : base(nameof(ToyBlock)) => RegisterComponents();

    public override Tensor forward(Tensor x) => outer.call(drop.call(norm.call(inner.call(x))).tanh());
}

/// <summary>Three blocks and a buffer that data-dependent initialisation sets.</summary>
internal sealed class ToyNetwork : nn.Module
{
    public readonly ToyBlock first = new();
    public readonly ToyBlock second = new();
    public readonly ToyBlock third = new();
    public readonly Tensor scale = ones(1);

    public ToyNetwork() : base(nameof(ToyNetwork)) => RegisterComponents();
}

/// <summary>Any stages over a <see cref="ToyNetwork"/>.</summary>
internal sealed class ToyModel : IGenerativeModel
{
    private ToyModel(Func<ToyNetwork, IReadOnlyList<Stage>> stages)
    {
        random.manual_seed(1);
        Toy = new ToyNetwork();
        Stages = stages(Toy);
    }

    public ToyNetwork Toy { get; }
    public nn.Module Network => Toy;
    public IReadOnlyList<Stage> Stages { get; }
    public PixelEncoding Encoding => PixelEncoding.Symmetric;
    public long MacsPerEvaluation => 0;

    public static ToyModel Of(Func<ToyNetwork, IReadOnlyList<Stage>> stages) => new(stages);

    /// <summary>One stage, one objective: the first block learns the identity.</summary>
    public static ToyModel Plain() => new(toy => [new Stage("only", Identity("fit", toy.first, toy.first))]);

    /// <summary>Two stages of two objectives each, one with repeats, the second stage initialised from data.</summary>
    public static ToyModel TwoStages() => new(toy =>
    [
        new Stage("first", Identity("a", toy.first, toy.first), Identity("b", toy.second, toy.first, toy.second) with { Repeats = 2 }),
        new Stage("second", Identity("c", toy.third, toy.first, toy.third), Identity("d", toy.second, toy.third, toy.second) with { Repeats = 2 })
        {
            Share = 0.5,
            Initialize = batch => toy.scale.copy_(batch.Images.std().reshape(1)),
        },
    ]);

    public static Objective Identity(string name, nn.Module trained, params ToyBlock[] path) => new(name, trained, batch =>
    {
        var y = path.Aggregate(batch.Images, (value, block) => block.call(value));
        var error = (y - batch.Images).square().mean();
        return new Loss(error) { Parts = new Dictionary<string, Tensor> { ["size"] = y.detach().square().mean() } };
    })
    { Optimizer = new OptimizerOptions { LearningRate = 1e-2 } };
}

/// <summary>Batches of normal noise from torch's generator, shifted by the batch number.</summary>
internal sealed class ToyBatches(Action<int>? drawn = null, int size = 8) : IBatchSource
{
    private int _draws;

    public Batch Draw(long number)
    {
        drawn?.Invoke(++_draws);
        return new Batch(randn(size, 4) + 0.01 * number, null);
    }
}

/// <summary>A clock that ticks a fixed time at every reading.</summary>
internal sealed class TickingTime(double seconds) : TimeProvider
{
    private long _ticks;
    private int _looks;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => _ticks += (long)(seconds * TimestampFrequency);

    /// <summary>What the wall clock jumps between two looks at it, there and back.</summary>
    public TimeSpan ClockJumps { get; init; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + ClockJumps * (_looks++ % 2);
}

internal sealed class MessageList : List<string>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add(formatter(state, exception));
}

internal sealed class ProgressList : List<TrainingProgress>, IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Add(value);
}
