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
    private readonly double _secondsBefore;
    private readonly bool _completeBefore;
    private CellStatus _status = new("running", "", null);
    private long _written;

    public RunningJob(Job job, IRunReporter reporter, TimeProvider time)
    {
        _job = job;
        _reporter = reporter;
        _time = time;
        _started = time.GetTimestamp();
        var before = StatusFile.Read(job.Folder);
        _secondsBefore = before?.Seconds ?? 0;
        _completeBefore = before?.State == "complete";
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
            // Looking at a complete job costs a moment that is no part of what it took.
            _status = status with { Seconds = status.State == "complete" && _completeBefore ? _secondsBefore : _secondsBefore + _time.GetElapsedTime(_started).TotalSeconds };
            Write();
        }
        _reporter.Changed(_job, Status);
    }

    /// <summary>Passes a message of the child on.</summary>
    public void Heard(CellMessage message)
    {
        lock (_gate)
        {
            if (message.Phase is not null && _status.State == "running")
            {
                _status = _status with { Progress = message, Seconds = _secondsBefore + _time.GetElapsedTime(_started).TotalSeconds };
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

    /// <summary>A file that cannot be written (the disk is full) costs what it would have said, never the run.</summary>
    private void Write()
    {
        _written = _time.GetTimestamp();
        try
        {
            StatusFile.Write(_job.Folder, _status);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _reporter.Heard(_job, new CellMessage { Note = $"status.json: {error.Message.ReplaceLineEndings(" ")}" });
        }
    }
}
