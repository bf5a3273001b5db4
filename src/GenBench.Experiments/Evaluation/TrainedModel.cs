using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>A cell's model with its trained weights, in evaluation mode.</summary>
/// <param name="Cell">What it was trained as.</param>
/// <param name="Model">The model.</param>
public sealed record TrainedModel(Cell Cell, IGenerativeModel Model) : IDisposable
{
    /// <summary>Loads a cell's final weights.</summary>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="registry">Where its model is found.</param>
    /// <param name="device">Where it is moved to.</param>
    /// <exception cref="BadInputException">The folder is no cell, or it has no weights.</exception>
    public static TrainedModel Load(CellFolder folder, Registry registry, Device device)
    {
        if (!File.Exists(folder.CellJson))
            throw new BadInputException($"{folder.Path}: holds no cell.json; name a cell's folder, results/<experiment>/<cell>");
        if (!File.Exists(folder.Weights))
            throw new BadInputException($"{folder.Weights}: there are no weights yet, or they were not kept; run the experiment");
        var cell = CellDocuments.Read(folder.CellJson).Cell;
        var model = registry.CreateModel(cell.Model, cell.Dataset.Data);
        WeightsFile.Load(folder.Weights, model.Network);
        model.Network.to(device);
        model.Network.eval();
        return new TrainedModel(cell, model);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Network.Dispose();
}
