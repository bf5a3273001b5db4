using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>A file or folder that the results can do without.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Why">What it is.</param>
/// <param name="Bytes">What its removal frees.</param>
public sealed record Removable(string Path, string Why, long Bytes);

/// <summary>Finds what no figure and no resumption needs any more.</summary>
public static class Cleaning
{
    /// <summary>What may go from an experiment's folder. Cells that a process is working on are passed over.</summary>
    public static IReadOnlyList<Removable> Find(string experiment) =>
        [.. Directory.GetDirectories(experiment).Order(StringComparer.Ordinal).Select(path => new CellFolder(path))
            .Where(folder => RunLock.Holder(folder.Path) is null).SelectMany(Find)];

    /// <summary>Removes it.</summary>
    public static void Remove(Removable removable)
    {
        if (Directory.Exists(removable.Path))
            Directory.Delete(removable.Path, recursive: true);
        else
            File.Delete(removable.Path);
    }

    private static Removable[] Find(CellFolder folder)
    {
        var asked = File.Exists(folder.CellJson) ? CellDocuments.Read(folder.CellJson).Cell.EvaluationFolders
            : File.Exists(folder.BaselineJson) ? CellDocuments.ReadBaseline(folder.BaselineJson).EvaluationFolders
            : File.Exists(folder.ControlsJson) ? CellDocuments.ReadControls(folder.ControlsJson).EvaluationFolders
            : null;
        if (asked is null)
            return [];
        Removable[] folders =
        [
            .. Folders(folder.Path, "checkpoints").Where(_ => folder.HasWeights()).Select(path => Of(path, "checkpoints of a trained cell")),
            .. Folders(folder.Path, "shards").Where(_ => StatusFile.Read(folder)?.State == CellStatus.Complete).Select(path => Of(path, "parts of finished evaluations")),
            .. Folders(folder.Evaluations, "*").Where(path => !asked.Contains(Path.GetFileName(path))).Select(path => Of(path, "evaluation that the experiment no longer asks for")),
        ];
        var leftovers = AtomicFile.Leftovers(folder.Path).Where(path => !folders.Any(parent => path.StartsWith(parent.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
        return [.. folders, .. leftovers.Order(StringComparer.Ordinal).Select(path => Of(path, "left half-written by a process that was killed"))];
    }

    private static IEnumerable<string> Folders(string parent, string name) =>
        Directory.Exists(parent) ? Directory.GetDirectories(parent, name).Order(StringComparer.Ordinal) : [];

    private static Removable Of(string path, string why) => new(path, why,
        Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : new FileInfo(path).Length);
}
