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
public sealed record Job(string Id, CellFolder Folder);
