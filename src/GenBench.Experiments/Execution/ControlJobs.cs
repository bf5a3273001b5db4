using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Metrics;

namespace GenBench.Experiments.Execution;

/// <summary>Turns the controls of an experiment into prepared folders, one job for each dataset.</summary>
public static class ControlJobs
{
    /// <summary>The datasets whose controls run.</summary>
    public static IReadOnlyList<DatasetControls> Select(Experiment experiment, string? only) =>
        [.. experiment.Controls.Where(controls => ExperimentJobs.Fits(only, controls.Id))];

    /// <summary>Opens every dataset and checks its controls against it, so that what cannot be drawn is said before anything is written.</summary>
    /// <returns>The checksum of each dataset by <see cref="DatasetControls.Id"/>.</returns>
    /// <exception cref="BadInputException">A dataset cannot be read, its reference split is too small, or a control cannot draw from it.</exception>
    public static IReadOnlyDictionary<string, string> Checksums(
        IReadOnlyList<DatasetControls> controls, string data, Registry registry, IProgress<DataProgress>? progress = null) =>
        controls.ToDictionary(each => each.Id, each =>
        {
            using var dataset = registry.OpenDataset(each.Dataset, data, progress);
            var reference = QualityEvaluator.ReferenceOf(dataset, each.Evaluation);
            if (reference.Count < PairedComparison.MinRows)
                throw new BadInputException($"evaluation.reference: the {reference.Count} images of {dataset.Name} {each.Evaluation.Reference} are too few for the interval of a difference; give it {PairedComparison.MinRows} or more");
            foreach (var choice in each.Choices)
                registry.CreateControl(choice, dataset);
            return dataset.Checksum;
        });

    /// <summary>Writes <c>controls.json</c> into a folder for each dataset.</summary>
    /// <exception cref="BadInputException">The folder cannot be written to.</exception>
    public static IReadOnlyList<Job> Prepare(IReadOnlyList<DatasetControls> controls, IReadOnlyDictionary<string, string> checksums, string folder) =>
    [
        .. controls.Select(each =>
        {
            var job = ExperimentJobs.NewJob(folder, each.Id);
            var document = new ControlDocument(CellDocuments.FormatVersion, each.Experiment, each.Dataset, checksums[each.Id], each.Evaluation, each.Choices);
            ExperimentJobs.Ask(job, job.Folder.ControlsJson, document, CellDocuments.ReadControls, CellDocuments.WriteControls);
            return job;
        }),
    ];
}
