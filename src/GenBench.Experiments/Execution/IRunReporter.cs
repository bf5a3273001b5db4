using System.Globalization;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>Hears what happens in a run; the command line shows it. Calls come from several threads.</summary>
public interface IRunReporter
{
    /// <summary>The run begins.</summary>
    /// <param name="jobs">The jobs, in the order in which they start.</param>
    void Started(IReadOnlyList<Job> jobs);

    /// <summary>A job said something.</summary>
    void Heard(Job job, CellMessage message);

    /// <summary>A job started or ended.</summary>
    void Changed(Job job, CellStatus status);
}

/// <summary>A child process's worth of work: a cell, or the baselines or the controls of a dataset.</summary>
/// <param name="Id">The folder's name.</param>
/// <param name="Folder">Its results folder.</param>
public sealed record Job(string Id, CellFolder Folder)
{
    /// <summary>What it costs, for the order of jobs and the time left.</summary>
    public JobCost Cost { get; init; } = JobCost.None;

    /// <summary>Whether sampling is timed in it, which wants the machine to itself.</summary>
    public bool TimesSampling { get; init; }

    /// <summary>The command line of its child process.</summary>
    internal string[] Arguments(RunOptions options, string device) =>
    [
        "cell", Folder.Path, "--supervised", "--data", options.Data, "--device", device,
        "--threads", options.ThreadsPerCell.ToString(CultureInfo.InvariantCulture),
        .. options.Plugins.SelectMany(plugin => new[] { "--plugin", plugin }),
    ];
}

/// <summary>What a job costs before it has run.</summary>
/// <param name="Work">Estimated multiply-accumulates; 0 where unknown.</param>
/// <param name="Group">Equal for jobs that differ in the seed alone.</param>
public sealed record JobCost(double Work, string Group)
{
    /// <summary>Of a job that costs little, such as baselines.</summary>
    public static JobCost None { get; } = new(0, "");

    /// <summary>Of a cell.</summary>
    public static JobCost Of(CellDocument document) => new(document.Work, (document.Cell with { Seed = 0 }).TrainingKey);
}
