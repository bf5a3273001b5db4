using System.Diagnostics;

namespace GenBench.Experiments.Execution;

/// <summary>How to start this program again as a child.</summary>
/// <param name="File">The executable.</param>
/// <param name="Prefix">Arguments before the child's own, e.g. the assembly where the executable is <c>dotnet</c>.</param>
public sealed record ChildCommand(string File, params IReadOnlyList<string> Prefix);

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + n after signal n.</param>
/// <param name="Reason">Its own words where it gave any, else the last lines of its standard error.</param>
public sealed record ChildEnding(int ExitCode, string Reason);

/// <summary>
/// A child process that runs one cell. It is asked to stop by the end of its standard input, so that it also stops
/// when its supervisor dies, however that happens.
/// </summary>
public static class ChildProcess
{
    /// <summary>A child that was asked to stop is killed after this long.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    private const int ErrorLinesKept = 20;

    /// <summary>Runs a child to its end.</summary>
    /// <param name="command">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onMessage">Called for each message, on a thread of the pool.</param>
    /// <param name="cancellation">Asks the child to stop.</param>
    public static async Task<ChildEnding> RunAsync(
        ChildCommand command, IReadOnlyList<string> arguments, Action<CellMessage> onMessage, CancellationToken cancellation)
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
        string? failure = null;
        var errors = new Queue<string>();
        process.OutputDataReceived += (_, args) =>
        {
            if (args.Data is null || CellMessage.Parse(args.Data) is not { } message)
                return;
            failure = message.Failure ?? failure;
            onMessage(message);
        };
        process.ErrorDataReceived += (_, args) =>
        {
            if (string.IsNullOrWhiteSpace(args.Data))
                return;
            onMessage(new CellMessage { Note = args.Data });
            lock (errors)
            {
                errors.Enqueue(args.Data.Trim());
                if (errors.Count > ErrorLinesKept)
                    errors.Dequeue();
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await using var stop = cancellation.Register(() => process.StandardInput.Close()).ConfigureAwait(false);
        await EndedAsync(process, cancellation).ConfigureAwait(false);
        lock (errors)
            return new ChildEnding(process.ExitCode, failure ?? Describe(process.ExitCode, errors));
    }

    private static async Task EndedAsync(Process process, CancellationToken cancellation)
    {
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static string Describe(int exitCode, Queue<string> errors)
    {
        var ending = exitCode > 128 ? $"ended by signal {exitCode - 128}" : $"exit code {exitCode}";
        return errors.Count == 0 ? ending : $"{ending}: {string.Join(" | ", errors.TakeLast(3))}";
    }
}
