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
    /// <summary>A child of a killed supervisor may still be ending: so long its successor waits for the folder.</summary>
    private static readonly TimeSpan Predecessor = TimeSpan.FromSeconds(30);

    /// <summary>Work that does not hear of its cancellation in this time is dropped; every file is whole or absent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    internal static Command Create()
    {
        var folder = new Argument<string>("CELL_DIR") { Description = "A prepared cell folder." };
        var data = CommonOptions.Data();
        var device = CommonOptions.Device();
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
        var skipCost = new Option<bool>("--skip-cost");
        var calibrate = new Option<bool>("--calibrate") { Description = "Measure what the cell would take, into calibration.json." };
        var classifiers = new Option<string?>("--classifiers") { Description = "Where classifiers trained here are kept (default: in the cell's results)." };
        var plugin = CommonOptions.Plugin();
        var supervised = new Option<bool>("--supervised") { Description = "Stop when the standard input ends." };
        var command = new Command("cell", "Run one prepared cell.") { folder, data, device, threads, skipCost, calibrate, classifiers, plugin, supervised };
        command.Hidden = true;
        // On a thread of its own: the signal handlers are only in place once the action has returned its task.
        command.SetAction((parsed, cancellation) => Task.Factory.StartNew(
            () => Run(
                new CellFolder(Path.GetFullPath(parsed.GetValue(folder)!)),
                new CellOptions(parsed.GetValue(data)!, parsed.GetValue(device)!, parsed.GetValue(threads), parsed.GetValue(skipCost))
                {
                    Calibrate = parsed.GetValue(calibrate),
                    Classifiers = parsed.GetValue(classifiers),
                },
                parsed.GetValue(plugin)!, parsed.GetValue(supervised), cancellation),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return command;
    }

    private static int Run(CellFolder folder, CellOptions options, string[] plugins, bool supervised, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (supervised)
            StopAtEndOfInput(stop);
        using var hold = RunLock.Wait(folder.Path, Predecessor);
        using var log = new CellLog(folder.Log, TimeProvider.System, message => Console.Out.WriteLine(message.ToLine()));
        try
        {
            TorchLibrary.Load();
            new CellRunner(Plugins.Load(plugins), options, TimeProvider.System, log).Run(folder, stop.Token);
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
        catch (Exception error)
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
            Thread.Sleep(Patience);
            Environment.Exit(ExitCodes.Interrupted);
        })
        { IsBackground = true };
        watcher.Start();
    }
}
