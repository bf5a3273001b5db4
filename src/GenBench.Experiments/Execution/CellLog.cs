using System.Globalization;
using Microsoft.Extensions.Logging;

namespace GenBench.Experiments.Execution;

/// <summary>A child's voice: notes go to the cell's <c>log.txt</c> and to the supervisor, progress to the supervisor alone.</summary>
public sealed class CellLog : ILogger, IDisposable
{
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(0.5);
    private readonly StreamWriter _file;
    private readonly TimeProvider _time;
    private readonly Action<CellMessage> _send;
    private long _lastProgress;

    /// <summary>Opens the log, appending.</summary>
    public CellLog(string path, TimeProvider time, Action<CellMessage> send)
    {
        _file = new StreamWriter(path, append: true) { AutoFlush = true };
        _time = time;
        _send = send;
    }

    /// <summary>Says a line.</summary>
    public void Note(string line)
    {
        Write(line);
        _send(new CellMessage { Note = line });
    }

    /// <summary>Says how far a phase is; messages that follow too fast are dropped.</summary>
    public void Progress(CellMessage message)
    {
        var now = _time.GetTimestamp();
        if (_lastProgress != 0 && _time.GetElapsedTime(_lastProgress, now) < BetweenProgress && message.Fraction < 1)
            return;
        _lastProgress = now;
        _send(message);
    }

    /// <summary>Says why the cell failed; the details go to the file alone.</summary>
    public void Fail(string reason, string? details)
    {
        Write($"failed: {details ?? reason}");
        _send(new CellMessage { Failure = reason });
    }

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Note(formatter(state, exception));

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // Lines that found no room before find none now.
        }
    }

    /// <summary>A full disk costs the line, not the cell: what fails for it says so itself.</summary>
    private void Write(string line)
    {
        try
        {
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'} {line}"));
        }
        catch (IOException)
        {
        }
    }
}
