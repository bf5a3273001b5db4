using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Results;

/// <summary>What <c>controls.json</c> says: images of known truth, whose figures tell what each metric sees.</summary>
/// <param name="FormatVersion">Version of the results format, 1.</param>
/// <param name="Experiment">The experiment.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="DatasetChecksum">Checksum of its pixels and labels.</param>
/// <param name="Evaluation">What the images are compared with.</param>
/// <param name="Controls">The settings, undisturbed ones first.</param>
public sealed record ControlDocument(
    int FormatVersion, string Experiment, DatasetChoice Dataset, string DatasetChecksum, EvaluationSpec Evaluation, IReadOnlyList<ControlChoice> Controls)
{
    /// <summary>Names of the evaluation folders, in the order of <see cref="Controls"/>.</summary>
    public IReadOnlyList<string> EvaluationFolders => [.. Controls.Select(Folder)];

    /// <summary>The undisturbed setting that a setting is compared with: that of as many images where it is disturbed itself, else that of the most
    /// images. Null where this is the setting itself.</summary>
    public ControlChoice? Against(ControlChoice control)
    {
        var undisturbed = Controls.Where(other => other.Kind == control.Kind && other.Changed.Count == 0).ToArray();
        return control.Changed.Count > 0 ? undisturbed.Single(other => other.Samples == control.Samples)
            : undisturbed.MaxBy(other => other.Samples) is { } most && most.Samples > control.Samples ? most
            : null;
    }

    /// <summary>Key of a setting's images and figures.</summary>
    public string Key(ControlChoice control) => CellKeys.Control(Dataset, DatasetChecksum, control, Against(control)?.Samples, Evaluation.Seed);

    /// <summary>Name of a setting's evaluation folder.</summary>
    public string Folder(ControlChoice control) => Cell.EvaluationName(NameOf(control), Key(control));

    /// <summary>What that name begins with.</summary>
    public static string NameOf(ControlChoice control) => System.FormattableString.Invariant($"{control.Kind}-n{control.Samples}");
}

/// <summary>The kinds of a control's figures beside those that are measured, which have none.</summary>
public static class ControlKinds
{
    /// <summary>The measured figure less that of the undisturbed images.</summary>
    public const string Difference = "difference";

    /// <summary>What the figure is, or tends to with the number of images, by the known laws.</summary>
    public const string Exact = "exact";

    /// <summary>What the figure is on average at these numbers of images, by the known laws.</summary>
    public const string Expected = "expected";
}
