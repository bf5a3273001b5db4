namespace GenBench.Experiments.SampleSets;

/// <summary>What evaluating one set of samples and comparing several are both asked.</summary>
public abstract record SetRequest
{
    /// <summary><c>inception</c>, the name of a frozen classifier, or the path of a TorchScript module; null for the
    /// classifier of the reference's dataset.</summary>
    public string? Features { get; init; }

    /// <summary>The metrics wanted, in the order of the result; null for all that the sets allow.</summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Side that images of all sets are resized to, or null.</summary>
    public int? Resize { get; init; }

    /// <summary>Folder of the datasets and of the Inception file.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Folder of computed features and of locally trained classifiers.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Bytes that computed features may take there; 0 keeps none.</summary>
    public long CacheBytes { get; init; } = 2L << 30;
}
