using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Calibration;

/// <summary>Runs every distinct model of a matrix for a few seconds, in a child process and a folder that goes afterwards. What stays is a
/// dataset's classifier, where one has to be trained: the run will need it.</summary>
/// <param name="command">How to start this program again.</param>
/// <param name="options">How the matrix is to be run.</param>
/// <param name="registry">The models, samplers and datasets.</param>
public sealed class MatrixCalibration(ChildCommand command, RunOptions options, Registry registry)
{
    /// <summary>Measures.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="checksums">Of their datasets.</param>
    /// <param name="note">Told of each cell before it is measured, and what its process says.</param>
    /// <param name="cancellation">Ends the measurements.</param>
    /// <returns>A calibration for each cell; those that differ in the seed alone have the same.</returns>
    /// <exception cref="BadInputException">A cell could not be measured.</exception>
    public async Task<IReadOnlyDictionary<string, CellCalibration>> RunAsync(
        IReadOnlyList<Cell> cells, IReadOnlyDictionary<string, string> checksums, Action<string> note, CancellationToken cancellation)
    {
        var root = Directory.CreateTempSubdirectory("genbench-dry-run-").FullName;
        try
        {
            var groups = cells.GroupBy(cell => (cell with { Seed = 0 }).TrainingKey).ToArray();
            var jobs = ExperimentJobs.Prepare([.. groups.Select(group => group.First())], cells, checksums, Path.Combine(root, "cells"), options, registry);
            var calibrations = new Dictionary<string, CellCalibration>();
            foreach (var group in groups)
            {
                var job = jobs.Single(job => job.Id == group.First().Id);
                note($"measuring {job.Id}");
                var calibration = await MeasureAsync(job, note, cancellation).ConfigureAwait(false);
                foreach (var cell in group)
                    calibrations.Add(cell.Id, calibration);
            }
            return calibrations;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private async Task<CellCalibration> MeasureAsync(Job job, Action<string> note, CancellationToken cancellation)
    {
        string[] arguments =
        [
            .. job.Arguments(options, options.Device), "--calibrate", "--classifiers", Path.GetFullPath(Path.Combine(options.Results, ClassifierSource.FolderName)),
        ];
        void Heard(CellMessage message)
        {
            if (message.Note is not null)
                note($"{job.Id}: {message.Note}");
        }
        var start = TimeProvider.System.GetTimestamp();
        var ending = await ChildProcess.RunAsync(command, arguments, Heard, options.StallAfter, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (ending.ExitCode != ExitCodes.Success)
            throw new BadInputException($"{job.Id}: cannot be measured: {ending.Reason}");
        var calibration = JsonSerializer.Deserialize<CellCalibration>(await File.ReadAllTextAsync(job.Folder.CalibrationJson, cancellation).ConfigureAwait(false), JsonSerializerOptions.Web)!;
        return calibration with { SetupSeconds = Math.Max(0, TimeProvider.System.GetElapsedTime(start).TotalSeconds - calibration.MeasuredSeconds) };
    }
}
