namespace GenBench.Experiments.Calibration;

/// <summary>What a short run says that a cell will take, in seconds and bytes; <c>calibration.json</c>.</summary>
public sealed record CellCalibration
{
    /// <summary>Parameters of the network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of one network evaluation for one image.</summary>
    public required long Macs { get; init; }

    /// <summary>Training.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>Sampling under every setting, likelihood, and the metrics of every sample.</summary>
    public required double EvaluationSeconds { get; init; }

    /// <summary>Timing of sampling, which runs alone.</summary>
    public required double CostSeconds { get; init; }

    /// <summary>Features of the reference images.</summary>
    public required double ReferenceSeconds { get; init; }

    /// <summary>Metrics, for each image that they are of.</summary>
    public required double MetricSecondsPerImage { get; init; }

    /// <summary>Weights, snapshots and samples: what stays.</summary>
    public required long Bytes { get; init; }

    /// <summary>Checkpoints, which go at the end of training.</summary>
    public required long PassingBytes { get; init; }

    /// <summary>What the measurements themselves took.</summary>
    public required double MeasuredSeconds { get; init; }

    /// <summary>Starting the process, opening the data, building the model: the rest of what the short run took.</summary>
    public double SetupSeconds { get; init; }

    /// <summary>The whole cell.</summary>
    public double Seconds => SetupSeconds + TrainingSeconds + EvaluationSeconds + CostSeconds;
}
