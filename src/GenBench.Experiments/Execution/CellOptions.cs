namespace GenBench.Experiments.Execution;

/// <summary>How a child process runs its cell.</summary>
/// <param name="Data">Folder of the datasets.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Threads">CPU threads for torch.</param>
/// <param name="SkipCost">Leaves sampling cost unmeasured: other cells are running.</param>
public sealed record CellOptions(string Data, string Device, int Threads, bool SkipCost)
{
    /// <summary>Measures what the cell would take, and leaves it at that.</summary>
    public bool Calibrate { get; init; }

    /// <summary>Where classifiers trained here are kept; null for the results that the cell is in.</summary>
    public string? Classifiers { get; init; }
}
