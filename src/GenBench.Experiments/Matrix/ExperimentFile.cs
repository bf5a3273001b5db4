using GenBench.Core;
using GenBench.Experiments.Matrix.Json;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads experiment files: strict JSON with comments and trailing commas.</summary>
public static class ExperimentFile
{
    private static readonly string[] Members = ["$schema", "name", "datasets", "models", "controls", "seeds", "training", "evaluation"];

    /// <summary>Reads, expands and validates an experiment; every model is built once and every sampler setting checked
    /// against it, so that what can be known to fail fails here.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">The models, samplers, controls and datasets there are.</param>
    /// <param name="metricNames">The quality metrics there are.</param>
    /// <exception cref="BadInputException">Anything is wrong: <c>FILE:LINE:COLUMN: PATH: what is wrong; what to do</c>.</exception>
    public static Experiment Read(string path, Registry registry, IReadOnlyCollection<string> metricNames)
    {
        var root = SourceReader.ReadFile(path).AsObject();
        root.RejectUnknown(Members);
        var header = ReadHeader(root);
        var datasets = DatasetEntries.Read(root.Required("datasets"), registry);
        var (training, evaluation) = (root["training"]?.AsObject(), root["evaluation"]?.AsObject());
        var controls = root["controls"] is { } listed
            ? ControlEntries.Read(listed, header.Name, datasets, EvaluationMember.Read(evaluation, root, metricNames, datasets[0]), registry)
            : [];
        var models = controls.Count > 0 && root["models"] is null
            ? []
            : new ModelEntries(registry, metricNames, training, evaluation).Read(root.Required("models"), datasets);
        var cells = new List<Cell>();
        var seen = new Dictionary<string, SourceObject>();
        foreach (var model in models)
        {
            foreach (var cell in header.Seeds.Select(seed => new Cell(
                header.Name, model.Dataset, model.Model, seed, model.Training, model.Samplers, model.Evaluation)))
            {
                if (!seen.TryAdd(cell.TrainingKey, model.Entry))
                    throw model.Entry.Error($"trains the same as {seen[cell.TrainingKey].Path} does already; join the two or change an option");
                cells.Add(cell);
            }
        }
        if (cells.Count > 0 && cells.TrueForAll(cell => cell.Evaluation.Snapshots == Cell.BestSnapshot && !cell.ChoosesSnapshot))
            throw root.Required("evaluation").AsObject().Required("snapshots").Error("no model keeps snapshots to choose from; set training.snapshots to 2 or more, or leave this out");
        return new Experiment(header.Name, cells, path) { Controls = controls };
    }

    private static ExperimentHeader ReadHeader(SourceObject root)
    {
        root.Required("name");
        var header = (ExperimentHeader)OptionRecord.Of(typeof(ExperimentHeader)).Bind(root.Only("name", "seeds"));
        for (var i = 0; i < header.Seeds.Count; i++)
        {
            if (header.Seeds.Take(i).Contains(header.Seeds[i]))
                throw root.Required("seeds").AsItems()[i].Error($"the seed {header.Seeds[i]} is given twice; remove one");
        }
        return header;
    }
}
