using System.CommandLine;
using GenBench.Cli;
using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Native;

var root = new RootCommand("Trains every family of generative image model under one protocol and compares quality, likelihood and cost.")
{
    RunCommand.Create(), StatusCommand.Create(), ReportCommand.Create(), ListCommand.Create(), DoctorCommand.Create(),
    DataCommand.Create(), EvaluateCommand.Create(), CompareCommand.Create(), SampleCommand.Create(), SchemaCommand.Create(), ClassifierCommand.Create(), CellCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
    return Refuse(parsed.Errors[0].Message.ReplaceLineEndings(" "));
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
    });
}
catch (Exception error) when (error is BadInputException or TorchLibraryException)
{
    return Refuse(error.Message);
}
catch (Exception error) when (error is IOException or UnauthorizedAccessException)
{
    return Refuse($"{error.Message.ReplaceLineEndings(" ")} (is the disk full, or the folder not yours?)");
}
catch (OperationCanceledException)
{
    return ExitCodes.Interrupted;
}

static int Refuse(string message)
{
    Console.Error.WriteLine($"genbench: {message}");
    return ExitCodes.BadInput;
}
