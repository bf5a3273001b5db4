namespace GenBench.Tests.Cli;

/// <summary>The processes whose command line names a folder, by the system's own listing.</summary>
internal static class RunningProcesses
{
    /// <summary>Their ids, those of cells alone where asked.</summary>
    internal static IReadOnlyList<int> Of(string folder, bool cellsAlone = false) =>
        [.. from directory in Directory.GetDirectories("/proc")
            where int.TryParse(Path.GetFileName(directory), out _)
            let command = CommandLine(directory)
            where command.Contains(folder, StringComparison.Ordinal) && (!cellsAlone || command.Contains("\0cell\0", StringComparison.Ordinal))
            select int.Parse(Path.GetFileName(directory), null)];

    /// <summary>Fails where one of them is still there after the time that a cell has to end.</summary>
    internal static void AssertNone(string folder)
    {
        for (var wait = 0; wait < 100 && Of(folder).Count > 0; wait++)
            Thread.Sleep(100);
        Assert.Empty(Of(folder));
    }

    private static string CommandLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
