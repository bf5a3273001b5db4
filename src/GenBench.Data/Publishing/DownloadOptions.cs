namespace GenBench.Data.Publishing;

/// <summary>How patient a <see cref="Downloader"/> is.</summary>
public sealed record DownloadOptions
{
    /// <summary>A connection on which nothing comes for so long is given up.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections made to a mirror for one file before the next mirror is tried.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause before the second connection; it doubles with each further one.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Free bytes on the disk of a folder; null asks the system.</summary>
    public Func<string, long>? FreeSpace { get; init; }
}
