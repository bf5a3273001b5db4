using System.Collections.Concurrent;
using System.Globalization;
using GenBench.Experiments.Execution;
using Spectre.Console;

namespace GenBench.Cli;

/// <summary>Shows a run: a live table on a terminal, plain lines elsewhere.</summary>
internal abstract class RunDisplay(int workers) : IRunReporter, IDisposable
{
    internal static RunDisplay For(IAnsiConsole console, int workers) =>
        console.Profile.Capabilities.Interactive && !Console.IsOutputRedirected ? new LiveRunDisplay(console, workers) : new PlainRunDisplay(TimeProvider.System, workers);

    private protected MatrixProgress Matrix { get; } = new(workers, TimeProvider.System);

    public virtual void Started(IReadOnlyList<Job> jobs) => Matrix.Started(jobs);

    public virtual void Heard(Job job, CellMessage message) => Matrix.Heard(job, message);

    public virtual void Changed(Job job, CellStatus status) => Matrix.Changed(job, status);

    /// <summary>Ends what moves.</summary>
    internal virtual void Stop()
    {
    }

    public virtual void Dispose() => Stop();

    /// <summary>A line per job that did not complete, then the matrix as a whole.</summary>
    internal void Summarise(IAnsiConsole console, IReadOnlyList<Job> jobs)
    {
        var ended = jobs.Select(job => (job, Status: Matrix.StatusOf(job))).ToArray();
        foreach (var (job, status) in ended.Where(pair => pair.Status.State != CellStatus.Complete))
            console.MarkupLineInterpolated($"[red]{job.Id}: {status.State}[/] {status.Reason} (see {job.Folder.Log})");
        console.MarkupLineInterpolated($"{MatrixProgress.Describe([.. ended.Select(pair => pair.Status.State)], secondsLeft: null)}");
    }

    /// <summary>A message's progress in words, e.g. <c>training vae 45% step 300 loss 88.1 930 images/s 0:02:10 left</c>.</summary>
    internal static string Describe(CellMessage message)
    {
        var parts = new List<string>();
        if (message.Phase is { } phase)
            parts.Add(phase);
        if (message.Fraction is { } fraction)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{fraction:0%}"));
        if (message.Step is { } step)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"step {step}"));
        if (message.Loss is { } loss)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {loss:g4}"));
        if (message.ImagesPerSecond is { } rate)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{rate:0} images/s"));
        if (message.SecondsLeft is { } left && double.IsFinite(left))
            parts.Add($"{TimeSpan.FromSeconds(Math.Round(left)):c} left");
        return string.Join("  ", parts);
    }
}

/// <summary>Plain lines: every note, every change, and progress now and then.</summary>
internal sealed class PlainRunDisplay(TimeProvider time, int workers) : RunDisplay(workers)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, long> _last = new();

    public override void Started(IReadOnlyList<Job> jobs)
    {
        base.Started(jobs);
        Console.WriteLine($"{jobs.Count} jobs");
    }

    public override void Heard(Job job, CellMessage message)
    {
        base.Heard(job, message);
        if (message.Note is { } note)
            Console.WriteLine($"{job.Id}: {note}");
        if (message.Phase is null)
            return;
        var now = time.GetTimestamp();
        var last = _last.GetOrAdd(job.Id, 0);
        if (last != 0 && time.GetElapsedTime(last, now) < Between)
            return;
        _last[job.Id] = now;
        Console.WriteLine($"{job.Id}: {Describe(message)}");
    }

    public override void Changed(Job job, CellStatus status)
    {
        base.Changed(job, status);
        Console.WriteLine($"{job.Id}: {status.State}{(status.Reason.Length > 0 ? $": {status.Reason}" : "")}");
        if (status.State != CellStatus.Running)
            Console.WriteLine(Matrix.Summary);
    }
}

/// <summary>A live table, one row a job.</summary>
internal sealed class LiveRunDisplay : RunDisplay
{
    private readonly IAnsiConsole _console;
    private readonly ConcurrentDictionary<string, (string State, string Detail)> _rows = new();
    private readonly ManualResetEventSlim _ended = new();
    private IReadOnlyList<Job> _jobs = [];
    private Thread? _painter;

    internal LiveRunDisplay(IAnsiConsole console, int workers) : base(workers) => _console = console;

    public override void Started(IReadOnlyList<Job> jobs)
    {
        base.Started(jobs);
        _jobs = jobs;
        foreach (var job in jobs)
            _rows[job.Id] = (CellStatus.Waiting, "");
        _painter = new Thread(Paint);
        _painter.Start();
    }

    public override void Heard(Job job, CellMessage message)
    {
        base.Heard(job, message);
        if (message.Phase is not null)
            _rows[job.Id] = (CellStatus.Running, Describe(message));
    }

    public override void Changed(Job job, CellStatus status)
    {
        base.Changed(job, status);
        _rows[job.Id] = (status.State, status.Reason);
    }

    internal override void Stop()
    {
        _ended.Set();
        _painter?.Join();
    }

    public override void Dispose()
    {
        base.Dispose();
        _ended.Dispose();
    }

    private void Paint() => _console.Live(Table()).Start(live =>
    {
        bool last;
        do
        {
            last = _ended.Wait(TimeSpan.FromSeconds(0.5));
            live.UpdateTarget(Table());
        } while (!last);
    });

    private Table Table()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("cell", "state", "progress").Caption(Markup.Escape(Matrix.Summary));
        foreach (var job in _jobs)
        {
            var (state, detail) = _rows[job.Id];
            var colour = state switch { CellStatus.Complete => "green", CellStatus.Failed => "red", CellStatus.Running => "yellow", _ => "grey" };
            table.AddRow(Markup.Escape(job.Id), $"[{colour}]{state}[/]", Markup.Escape(detail));
        }
        return table;
    }
}
