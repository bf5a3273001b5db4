namespace GenBench.Experiments.Results;

/// <summary>One figure of an evaluation: a row of <c>metrics.csv</c>.</summary>
/// <param name="Metric">Name, e.g. <c>fid_clf</c>.</param>
/// <param name="Value">The figure; NaN where it could not be had, with the reason in the protocol.</param>
/// <param name="Low">Lower end of the interval, or null.</param>
/// <param name="High">Upper end of the interval, or null.</param>
/// <param name="N">Number of images or repeats behind the figure.</param>
/// <param name="Unit">Unit, empty for pure numbers.</param>
/// <param name="Kind"><c>exact</c>, <c>ELBO</c>, <c>IWAE(128)</c>, <c>VLB</c>, …; <c>measured</c> for cost; empty otherwise.</param>
/// <param name="Protocol">All that the figure depends on: extractor and checksum, resize, reference and count, seed, what the interval is.</param>
public sealed record MetricRow(string Metric, double Value, double? Low, double? High, long N, string Unit, string Kind, string Protocol);

/// <summary>One point of a training curve: a row of <c>training.csv</c>.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Step">Steps done within the stage.</param>
/// <param name="Images">Images seen in all.</param>
/// <param name="DeviceSeconds">Seconds spent in training steps in all.</param>
/// <param name="Name"><c>&lt;objective&gt;/loss</c>, <c>&lt;objective&gt;/&lt;part&gt;</c>, <c>&lt;objective&gt;/grad_norm</c>, <c>&lt;objective&gt;/learning_rate</c>.</param>
/// <param name="Value">The value.</param>
public sealed record TrainingRow(string Stage, long Step, long Images, double DeviceSeconds, string Name, double Value);

/// <summary>What <c>trained.json</c> says.</summary>
/// <param name="Steps">Steps done over all stages.</param>
/// <param name="ImagesSeen">Images seen.</param>
/// <param name="DeviceSeconds">Seconds spent in training steps.</param>
/// <param name="Parameters">Number of trained parameters.</param>
/// <param name="Device">Device type, e.g. <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Threads">CPU threads torch used.</param>
/// <param name="BitReproducible">False where the budget is seconds, or the cell was continued under another device or thread count.</param>
/// <param name="WeightsSha256">Checksum of <c>weights.safetensors</c>.</param>
public sealed record TrainedInfo(
    long Steps, long ImagesSeen, double DeviceSeconds, long Parameters, string Device, int Threads, bool BitReproducible, string WeightsSha256);

/// <summary>What <c>status.json</c> says of a cell.</summary>
/// <param name="State"><c>running</c>, <c>complete</c>, <c>failed</c> or <c>interrupted</c>.</param>
/// <param name="Reason">One line: why it failed; empty otherwise.</param>
/// <param name="ExitCode">Exit code of the child process, or null while it runs.</param>
public sealed record CellStatus(string State, string Reason, int? ExitCode);

/// <summary>What <c>evaluation.json</c> says.</summary>
/// <param name="Sampler">The sampler's label as the tables print it, empty where no sampler is involved.</param>
/// <param name="Key">Hex SHA-256 of the evaluation key.</param>
/// <param name="Samples">Images drawn; 0 where none were.</param>
/// <param name="Model">For baselines the row's name (<c>real-train</c>, <c>pixel-gaussian</c>, <c>uniform-noise</c>); null otherwise.</param>
public sealed record EvaluationInfo(string Sampler, string Key, int Samples, string? Model = null)
{
    /// <summary>Network evaluations spent on each image.</summary>
    public int Nfe { get; init; }

    /// <summary>What the figures were computed against: split, count and extractor; of likelihoods the dataset's protocol.
    /// Others are computed anew.</summary>
    public string Reference { get; init; } = "";
}

/// <summary>What <c>baseline.json</c> says: the rows that stand beside every table of a dataset.</summary>
/// <param name="FormatVersion">Version of the results format, 1.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="DatasetChecksum">Checksum of its pixels and labels.</param>
/// <param name="Evaluation">What is measured.</param>
/// <param name="Counts">The sample sizes that the experiment's tables use.</param>
public sealed record BaselineDocument(
    int FormatVersion, string Experiment, Matrix.DatasetChoice Dataset, string DatasetChecksum,
    Matrix.EvaluationSpec Evaluation, IReadOnlyList<int> Counts)
{
    /// <summary>The rows' names.</summary>
    public static IReadOnlyList<string> Models { get; } = ["real-train", "pixel-gaussian", "uniform-noise"];

    /// <summary>Key of a row's samples.</summary>
    public string Key(string model, int count) => Matrix.CellKeys.Baseline(Dataset, DatasetChecksum, model, count, Evaluation.Seed);

    /// <summary>Names of the evaluation folders that belong here; the report passes over others.</summary>
    public IReadOnlyList<string> EvaluationFolders =>
        [.. Counts.SelectMany(count => Models.Select(model => Matrix.Cell.EvaluationName($"{model}-n{count}", Key(model, count))))];
}

/// <summary>What <c>cell.json</c> says.</summary>
/// <param name="FormatVersion">Version of the results format, 1.</param>
/// <param name="Cell">The resolved specification.</param>
/// <param name="DatasetChecksum">Checksum of the dataset's pixels and labels, null until it was opened.</param>
/// <param name="Environment">Versions and machine: torch, genbench, operating system, processor, device, threads.</param>
/// <param name="Macs">Multiply-accumulates of one network evaluation for one image.</param>
public sealed record CellDocument(
    int FormatVersion, Matrix.Cell Cell, string? DatasetChecksum, IReadOnlyDictionary<string, string> Environment, long Macs);
