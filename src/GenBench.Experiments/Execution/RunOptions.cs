using GenBench.Core;

namespace GenBench.Experiments.Execution;

/// <summary>How an experiment is run.</summary>
public sealed record RunOptions
{
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
    }
}
