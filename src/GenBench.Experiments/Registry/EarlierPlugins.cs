using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Experiments;

/// <summary>What earlier results say of plug-ins, so that a run without one can be told which it lacks. They are read when
/// first asked for.</summary>
/// <param name="results">Root of the results, which need not exist.</param>
internal sealed class EarlierPlugins(string results)
{
    /// <summary>The plug-in that some cell's model, dataset or sampler of this name was of; null where none was.</summary>
    internal PluginInfo? Of(string what, string name) =>
        Cells().SelectMany(Choices).FirstOrDefault(choice => (choice.What, choice.Name) == (what, name) && choice.Plugin is not null).Plugin;

    private static IEnumerable<(string What, string Name, PluginInfo? Plugin)> Choices(Cell cell) =>
    [
        ("model", cell.Model.Kind, cell.Model.Plugin),
        ("dataset", cell.Dataset.Name, cell.Dataset.Plugin),
        .. cell.Samplers.Select(sampler => ("sampler", sampler.Kind, sampler.Plugin)),
    ];

    private IEnumerable<Cell> Cells() => Folders(results).SelectMany(Folders)
        .Select(folder => new CellFolder(folder).CellJson).Where(File.Exists).Select(TryRead).OfType<Cell>();

    private static IEnumerable<string> Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path).Order(StringComparer.Ordinal) : [];

    /// <summary>A broken file is said when its cell is run, not while another error is explained.</summary>
    private static Cell? TryRead(string path)
    {
        try
        {
            return CellDocuments.Read(path).Cell;
        }
        catch (BadInputException)
        {
            return null;
        }
    }
}
