using GenBench.Core;

namespace GenBench.Experiments.Execution;

/// <summary>How an experiment is run.</summary>
public sealed record RunOptions
{
    /// <summary>Default of <see cref="Retries"/>.</summary>
    public const int DefaultRetries = 1;

    /// <summary>Default of <see cref="StallSeconds"/>.</summary>
    public const double DefaultStallSeconds = 3600;

    /// <summary>Root of the results; the experiment gets a folder of its own in it.</summary>
    public required string Results { get; init; }

    /// <summary>Folder of the datasets.</summary>
    public required string Data { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Cells run at a time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>CPU threads of each cell; null shares the processors out among the workers.</summary>
    public int? Threads { get; init; }

    /// <summary>Runs only cells whose id fits this glob (<c>*</c> and <c>?</c>).</summary>
    public string? Only { get; init; }

    /// <summary>Runs failed cells again, too.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>How often a cell is started again in a run after its process crashed, was killed or hung.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>A cell that says nothing for so many seconds hangs, and is killed; 0 waits for ever. Long silences are the
    /// evaluation of one batch's likelihood, and the metrics of many samples.</summary>
    public double StallSeconds { get; init; } = DefaultStallSeconds;

    /// <summary><see cref="StallSeconds"/> as a time span; null where it is 0.</summary>
    public TimeSpan? StallAfter => StallSeconds > 0 ? TimeSpan.FromSeconds(StallSeconds) : null;

    /// <summary>Files of the plug-ins, which every cell's process loads as well.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>CPU threads of each cell.</summary>
    public int ThreadsPerCell => Threads ?? Math.Max(1, Environment.ProcessorCount / Workers);

    /// <summary>Checks the values.</summary>
    /// <exception cref="BadInputException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Workers < 1)
            throw new BadInputException($"--workers must be at least 1, not {Workers}");
        if (Threads < 1)
            throw new BadInputException($"--threads must be at least 1, not {Threads}");
        if (Retries < 0)
            throw new BadInputException($"--retries must be at least 0, not {Retries}");
        if (!(StallSeconds is >= 0 and <= 1e6))
            throw new BadInputException(FormattableString.Invariant($"--stall must be from 0 to a million seconds, not {StallSeconds}"));
    }
}
