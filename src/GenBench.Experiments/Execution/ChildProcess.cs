using System.Diagnostics;

namespace GenBench.Experiments.Execution;

/// <summary>How to start this program again as a child.</summary>
/// <param name="File">The executable.</param>
/// <param name="Prefix">Arguments before the child's own, e.g. the assembly where the executable is <c>dotnet</c>.</param>
public sealed record ChildCommand(string File, params IReadOnlyList<string> Prefix);

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n after signal n.</param>
/// <param name="Reason">Its own words where it gave any, else how it ended, where, and the last lines of its standard error.</param>
public sealed record ChildEnding(int ExitCode, string Reason)
{
    /// <summary>Whether it ended otherwise than a cell ends itself, unless the run was asked to stop: a signal, an abort or a hang. Another
    /// attempt may fare better.</summary>
    public bool Crashed => ExitCode is not (ExitCodes.Success or ExitCodes.CellsFailed or ExitCodes.BadInput);
}

/// <summary>
/// A child process that runs one cell. It is asked to stop by the end of its standard input, so that it also stops
/// when its supervisor dies, however that happens.
/// </summary>
public static class ChildProcess
{
    /// <summary>A child that was asked to stop is killed after this long.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>What a shell ends with where it finds no program.</summary>
    private const int NotStarted = 127;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs a child to its end.</summary>
    /// <param name="command">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onMessage">Called for each message, on a thread of the pool.</param>
    /// <param name="stall">A child that says nothing for so long is killed; null waits for ever.</param>
    /// <param name="cancellation">Asks the child to stop.</param>
    public static async Task<ChildEnding> RunAsync(
        ChildCommand command, IReadOnlyList<string> arguments, Action<CellMessage> onMessage, TimeSpan? stall, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(command.File, [.. command.Prefix, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        };
        var output = new ChildOutput(onMessage, TimeProvider.System);
        process.OutputDataReceived += (_, args) => output.Output(args.Data);
        process.ErrorDataReceived += (_, args) => output.Error(args.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return new ChildEnding(NotStarted, $"could not be started: {error.Message}");
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var hung = await EndedAsync(process, output, stall, cancellation).ConfigureAwait(false);
        return new ChildEnding(process.ExitCode, output.Reason(hung
            ? System.FormattableString.Invariant($"no sign of life for {stall!.Value.TotalSeconds:0.#} s, killed")
            : Describe(process.ExitCode)));
    }

    /// <summary>Waits for the end, and brings it about where the child hangs or is to stop.</summary>
    /// <returns>Whether the child was killed for its silence.</returns>
    private static async Task<bool> EndedAsync(Process process, ChildOutput output, TimeSpan? stall, CancellationToken cancellation)
    {
        var exit = process.WaitForExitAsync(CancellationToken.None);
        var hung = false;
        while (!exit.IsCompleted && !hung && !cancellation.IsCancellationRequested)
        {
            await Task.WhenAny(exit, Task.Delay(BetweenLooks, cancellation)).ConfigureAwait(false);
            hung = !exit.IsCompleted && output.Silence > stall;
        }
        if (!exit.IsCompleted && !hung)
        {
            process.StandardInput.Close();
            await Task.WhenAny(exit, Task.Delay(Grace, CancellationToken.None)).ConfigureAwait(false);
        }
        if (!exit.IsCompleted)
            process.Kill(entireProcessTree: true);
        await exit.ConfigureAwait(false);
        return hung;
    }

    private static string Describe(int exitCode) => exitCode switch
    {
        ExitCodes.Interrupted => "told to stop by another than this run (SIGTERM or SIGINT)",
        134 => "aborted (signal 6, SIGABRT)",
        137 => "killed (signal 9, SIGKILL; the system does so where memory runs out)",
        139 => "crashed (signal 11, SIGSEGV)",
        > 128 => $"ended by signal {exitCode - 128}",
        _ => $"exit code {exitCode}",
    };
}
