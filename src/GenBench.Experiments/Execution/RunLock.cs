using System.Globalization;
using GenBench.Core;

namespace GenBench.Experiments.Execution;

/// <summary>Holds a results folder for one run. The operating system drops the lock with the process, however it ends.</summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="BadInputException">Another run holds it, or it cannot be written to.</exception>
    public static RunLock Take(string folder)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new RunLock(file);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException($"{folder}: no permission to write results there; choose another folder with --results", error);
        }
        catch (IOException error)
        {
            throw new BadInputException(File.Exists(path)
                ? $"{folder}: another run is using this folder; wait for it, or choose another with --results"
                : $"{folder}: {error.Message.ReplaceLineEndings(" ")}; choose another folder with --results", error);
        }
    }

    /// <summary>Takes the folder, waiting for whoever holds it.</summary>
    /// <exception cref="BadInputException">It was not to be had in that time.</exception>
    public static RunLock Wait(string folder, TimeSpan patience)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return Take(folder);
            }
            catch (BadInputException) when (TimeProvider.System.GetElapsedTime(start) < patience)
            {
                Thread.Sleep(200);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
