namespace GenBench.Experiments.Execution;

/// <summary>What a child has said: its messages go on to the supervisor, and its last words say why it ended.</summary>
internal sealed class ChildOutput(Action<CellMessage> onMessage, TimeProvider time)
{
    private const int ErrorLinesKept = 3;

    private readonly Lock _gate = new();
    private readonly Queue<string> _errors = new();
    private string? _failure;
    private CellMessage? _progress;
    private long _heard = time.GetTimestamp();

    /// <summary>Time since the child was last heard.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _heard));

    /// <summary>A line of its standard output, or null at its end.</summary>
    public void Output(string? line)
    {
        if (line is null || CellMessage.Parse(line) is not { } message)
            return;
        Heard(message);
        lock (_gate)
        {
            _failure = message.Failure ?? _failure;
            _progress = message.Phase is null ? _progress : message;
        }
    }

    /// <summary>A line of its standard error, or null at its end.</summary>
    public void Error(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        Heard(new CellMessage { Note = line });
        lock (_gate)
        {
            _errors.Enqueue(line.Trim());
            if (_errors.Count > ErrorLinesKept)
                _errors.Dequeue();
        }
    }

    /// <summary>The end in words: the child's own where it gave any, else how it ended, how far it was, and its last lines.</summary>
    public string Reason(string ending)
    {
        lock (_gate)
            return _failure ?? $"{ending}{At(_progress)}{(_errors.Count == 0 ? "" : $": {string.Join(" | ", _errors)}")}";
    }

    private void Heard(CellMessage message)
    {
        Interlocked.Exchange(ref _heard, time.GetTimestamp());
        onMessage(message);
    }

    private static string At(CellMessage? progress) => progress switch
    {
        null => "",
        { Step: { } step } => System.FormattableString.Invariant($" in {progress.Phase} at step {step}"),
        _ => $" in {progress.Phase}",
    };
}
