using System.CommandLine;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Results;
using GenBench.Native;

namespace GenBench.Cli;

/// <summary><c>genbench cell FOLDER</c>: what the supervisor starts for each cell. Its standard output carries
/// messages for the supervisor; the end of its standard input asks it to stop.</summary>
internal static class CellCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("CELL_DIR") { Description = "A prepared cell folder." };
        var data = CommonOptions.Data();
        var device = CommonOptions.Device();
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
        var skipCost = new Option<bool>("--skip-cost");
        var command = new Command("cell", "Run one prepared cell.") { folder, data, device, threads, skipCost };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            new CellFolder(Path.GetFullPath(parsed.GetValue(folder)!)),
            new CellOptions(parsed.GetValue(data)!, parsed.GetValue(device)!, parsed.GetValue(threads), parsed.GetValue(skipCost)),
            cancellation)));
        return command;
    }

    private static int Run(CellFolder folder, CellOptions options, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        StopAtEndOfInput(stop);
        using var log = new CellLog(folder.Log, TimeProvider.System, message => Console.Out.WriteLine(message.ToLine()));
        try
        {
            TorchLibrary.Load();
            new CellRunner(Registry.BuiltIn, options, TimeProvider.System, log).Run(folder, stop.Token);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            log.Note("interrupted");
            return ExitCodes.Interrupted;
        }
        catch (BadInputException error)
        {
            log.Fail(error.Message, details: null);
            return ExitCodes.BadInput;
        }
        catch (Exception error) when (error is not StackOverflowException)
        {
            log.Fail(Reason(error), error.ToString());
            return ExitCodes.CellsFailed;
        }
    }

    /// <summary>The message without the native frames that libtorch puts behind it.</summary>
    private static string Reason(Exception error) =>
        error.Message.Split("Exception raised from", 2)[0].ReplaceLineEndings(" ").Trim();

    private static void StopAtEndOfInput(CancellationTokenSource stop)
    {
        if (!Console.IsInputRedirected)
            return;
        var watcher = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The cell ended first.
            }
        }) { IsBackground = true };
        watcher.Start();
    }
}
