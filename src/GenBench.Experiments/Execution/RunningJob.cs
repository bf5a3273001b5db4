namespace GenBench.Experiments.Execution;

/// <summary>A job under way: its <c>status.json</c> and the reporter follow what its child says.</summary>
internal sealed class RunningJob
{
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Job _job;
    private readonly IRunReporter _reporter;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CellStatus? _before;
    private CellStatus _status = new(CellStatus.Running, "", null);
    private long _written;

    public RunningJob(Job job, IRunReporter reporter, TimeProvider time)
    {
        _job = job;
        _reporter = reporter;
        _time = time;
        _started = time.GetTimestamp();
        _before = StatusFile.Read(job.Folder);
        Set(_status);
    }

    /// <summary>The status as it was last set.</summary>
    public CellStatus Status
    {
        get
        {
            lock (_gate)
                return _status;
        }
    }

    /// <summary>Sets and reports a status.</summary>
    public void Set(CellStatus status)
    {
        lock (_gate)
        {
            // Looking at a job that has nothing left to do costs a moment that is no part of what it took.
            var looked = status.State is CellStatus.Complete or CellStatus.Untimed && status.State == _before?.State;
            _status = status with { Seconds = looked ? _before!.Seconds : Seconds() };
            Write();
        }
        _reporter.Changed(_job, Status);
    }

    /// <summary>Passes a message of the child on.</summary>
    public void Heard(CellMessage message)
    {
        lock (_gate)
        {
            if (message.Phase is not null && _status.State == CellStatus.Running)
            {
                _status = _status with { Progress = message, Seconds = Seconds() };
                if (_time.GetElapsedTime(_written) >= BetweenWrites)
                    Write();
            }
        }
        _reporter.Heard(_job, message);
    }

    /// <summary>Says into the job's log what its child could not say itself.</summary>
    public void Note(string line)
    {
        try
        {
            using var log = new CellLog(_job.Folder.Log, _time, Heard);
            log.Note(line);
        }
        catch (IOException)
        {
            Heard(new CellMessage { Note = line });
        }
    }

    /// <summary>Writes a job's status. A file that cannot be written (the disk is full) costs what it would have said, never the run.</summary>
    public static void Save(Job job, CellStatus status, IRunReporter reporter)
    {
        try
        {
            StatusFile.Write(job.Folder, status);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reporter.Heard(job, new CellMessage { Note = $"status.json: {error.Message.ReplaceLineEndings(" ")}" });
        }
    }

    private double Seconds() => (_before?.Seconds ?? 0) + _time.GetElapsedTime(_started).TotalSeconds;

    private void Write()
    {
        _written = _time.GetTimestamp();
        Save(_job, _status, _reporter);
    }
}
