namespace GenBench.Experiments.Training;

/// <summary>Where training stands between two steps: with the tensors, all that a checkpoint holds.</summary>
internal sealed record TrainingState
{
    public required string TrainingKey { get; init; }
    public required string Device { get; set; }
    public required int Threads { get; set; }
    public required bool BitReproducible { get; set; }

    /// <summary>Index of the present stage.</summary>
    public int Stage { get; set; }

    /// <summary>Steps done in the present stage.</summary>
    public long StageStep { get; set; }

    /// <summary>Steps done in all stages.</summary>
    public long Steps { get; set; }

    /// <summary>Batches drawn, which is the next batch's number.</summary>
    public long Batches { get; set; }

    public long Images { get; set; }
    public double DeviceSeconds { get; set; }
}
