namespace GenBench.Experiments.Results;

/// <summary>The files of one cell, <c>results/&lt;experiment&gt;/&lt;cell&gt;/</c>.</summary>
/// <param name="Path">The folder.</param>
public sealed record CellFolder(string Path)
{
    /// <summary>The folder's name, which is the cell's id.</summary>
    public string Id => System.IO.Path.GetFileName(Path.TrimEnd('/'));

    /// <summary>The resolved specification and environment.</summary>
    public string CellJson => File("cell.json");

    /// <summary>In place of <c>cell.json</c> where the folder holds a dataset's baselines, see <see cref="BaselineDocument"/>.</summary>
    public string BaselineJson => File("baseline.json");

    /// <summary>Beside <see cref="BaselineJson"/>, of points in the plane: some of the test split, see <see cref="PlanePoint"/>.</summary>
    public string TruthPoints => File("truth-points.csv");

    /// <summary>Beside <see cref="BaselineJson"/>, of points in the plane: the density that they are drawn from, where it is known, see
    /// <see cref="PlaneDensity"/>.</summary>
    public string TruthDensity => File("truth-density.csv");

    /// <summary>In place of <c>cell.json</c> where the folder holds a dataset's controls, see <see cref="ControlDocument"/>.</summary>
    public string ControlsJson => File("controls.json");

    /// <summary>How the cell stands, see <see cref="Execution.CellStatus"/>.</summary>
    public string StatusJson => File("status.json");

    /// <summary>Written once training has ended, see <see cref="TrainedInfo"/>: the weights beside it are whole.</summary>
    public string TrainedJson => File("trained.json");

    /// <summary>The training curves.</summary>
    public string TrainingCsv => File("training.csv");

    /// <summary>The averaged weights.</summary>
    public string Weights => File("weights.safetensors");

    /// <summary>Averaged weights at fractions of the budget: <c>&lt;n&gt;-of-&lt;N&gt;.safetensors</c>.</summary>
    public string Snapshots => File("snapshots");

    /// <summary>The file of snapshot n of N.</summary>
    public string Snapshot(int n, int count) => System.IO.Path.Combine(Snapshots, System.FormattableString.Invariant($"{n}-of-{count}.safetensors"));

    /// <summary>What training resumes from; removed at its end.</summary>
    public string Checkpoints => File("checkpoints");

    /// <summary>Parts of evaluations under way, a folder each.</summary>
    public string Shards => File("shards");

    /// <summary>TensorBoard event files.</summary>
    public string TensorBoard => File("tensorboard");

    /// <summary>What a dry run measured, in a folder of its own.</summary>
    public string CalibrationJson => File("calibration.json");

    /// <summary>The cell's log.</summary>
    public string Log => File("log.txt");

    /// <summary>One folder per sampler setting and one each for likelihood and training cost.</summary>
    public string Evaluations => File("evaluations");

    /// <summary>Whether training has ended and its weights are still here, whole.</summary>
    public bool HasWeights()
    {
        if (Trained() is not { } trained || !System.IO.File.Exists(Weights))
            return false;
        using var stream = System.IO.File.OpenRead(Weights);
        return trained.WeightsSha256 == Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }

    /// <summary>What <c>trained.json</c> says, or null where there is none, or none that can be read.</summary>
    public TrainedInfo? Trained()
    {
        try
        {
            return System.IO.File.Exists(TrainedJson)
                ? System.Text.Json.JsonSerializer.Deserialize<TrainedInfo>(System.IO.File.ReadAllText(TrainedJson), System.Text.Json.JsonSerializerOptions.Web) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    /// <summary>All evaluations present, in ordinal order of their folders.</summary>
    public IReadOnlyList<EvaluationFolder> ListEvaluations() => Directory.Exists(Evaluations)
        ? [.. Directory.GetDirectories(Evaluations).Order(StringComparer.Ordinal).Select(path => new EvaluationFolder(path)).Where(folder => System.IO.File.Exists(folder.Metrics))]
        : [];

    private string File(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>The files of one evaluation, <c>&lt;cell&gt;/evaluations/&lt;name&gt;-&lt;hash8&gt;/</c>.</summary>
/// <param name="Path">The folder.</param>
public sealed record EvaluationFolder(string Path)
{
    /// <summary>What was evaluated, see <see cref="EvaluationInfo"/>.</summary>
    public string Info => System.IO.Path.Combine(Path, "evaluation.json");

    /// <summary>The figures, one row each, see <see cref="MetricRow"/>; written last.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary>The samples: <c>arr_0</c>, uint8 [N, H, W, C], of reals float32 [N, D] or [N, C, H, W], and the classes they were asked for, if any:
    /// <c>arr_1</c>, int64 [N].</summary>
    public string Samples => System.IO.Path.Combine(Path, "samples.npz");

    /// <summary>A grid of the first samples; none of points.</summary>
    public string Grid => System.IO.Path.Combine(Path, "samples.png");

    /// <summary>The first samples of points in the plane, see <see cref="PlanePoint"/>.</summary>
    public string Points => System.IO.Path.Combine(Path, "points.csv");

    /// <summary>The density of a model of points in the plane that knows it exactly, see <see cref="PlaneDensity"/>.</summary>
    public string Density => System.IO.Path.Combine(Path, "density.csv");
}
