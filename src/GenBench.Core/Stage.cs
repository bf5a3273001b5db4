using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019); with decay 0 it is Adam (Kingma &amp; Ba 2015).</summary>
public sealed record OptimizerOptions
{
    /// <summary>Step size α after warm-up.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>A loss and the parameters that it trains, with an optimizer of its own.</summary>
/// <param name="Name">Name in <c>training.csv</c>, unique within the stage.</param>
/// <param name="Trained">The module whose parameters this objective changes, at least one; gradients are on for these alone.</param>
/// <param name="Evaluate">The loss of a batch.</param>
public sealed record Objective(string Name, nn.Module Trained, Func<Batch, Loss> Evaluate)
{
    /// <summary>The optimizer's settings.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>Whether <see cref="Evaluate"/> itself sets what it trains, in closed form (a moment, a step of expectation–maximisation),
    /// and its loss only says how well. It is called without gradients; there is no optimizer, and what it sets is not averaged.</summary>
    public bool ClosedForm { get; init; }

    /// <summary>How often the objective is stepped, each time on a fresh batch, before the next one (n_critic).</summary>
    public int Repeats { get; init; } = 1;
}

/// <summary>A part of training; stages run one after another. Within a step its objectives alternate in order.</summary>
/// <param name="Name">Name in <c>training.csv</c>, unique within the model.</param>
/// <param name="Objectives">The objectives, at least one.</param>
public sealed record Stage(string Name, params IReadOnlyList<Objective> Objectives)
{
    /// <summary>Run once on the first batch, without gradients, before the stage's first step: data-dependent
    /// initialisation.</summary>
    public Action<Batch>? Initialize { get; init; }

    /// <summary>Run without gradients on averaged weights before they are kept or become the live ones: sets what depends on
    /// the weights and is no average, such as the running statistics of batch norm. A function of the weights alone.</summary>
    public Action? Recalibrate { get; init; }

    /// <summary>This stage's part of the training budget relative to the other stages'.</summary>
    public double Share { get; init; } = 1;
}
