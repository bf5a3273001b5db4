using System.Globalization;
using GenBench.Core;

namespace GenBench.Experiments.Execution;

/// <summary>
/// Holds a results folder for one run. The operating system drops the lock with the process, however it ends, so that
/// a dead run's folder can be taken at once. A second file, which anyone can read, names the process.
/// </summary>
public sealed class RunLock : IDisposable
{
    /// <summary>Longer than <see cref="Holder"/> has the file open.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.5);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="BadInputException">Another run holds it, which the message names, or it cannot be written to.</exception>
    public static RunLock Take(string folder) => Wait(folder, Glance);

    private static RunLock TakeNow(string folder)
    {
        var path = LockFile(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteOwner(folder);
            return new RunLock(file);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException($"{folder}: no permission to write results there; choose another folder with --results", error);
        }
        catch (IOException error)
        {
            throw new BadInputException(File.Exists(path)
                ? $"{folder}: another run (process {Owner(folder)}) is using this folder; wait for it, or choose another with --results"
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
                return TakeNow(folder);
            }
            catch (BadInputException) when (TimeProvider.System.GetElapsedTime(start) < patience)
            {
                Thread.Sleep(200);
            }
        }
    }

    /// <summary>The process that holds the folder, or null where none does.</summary>
    public static string? Holder(string folder)
    {
        if (!File.Exists(LockFile(folder)))
            return null;
        try
        {
            using var file = new FileStream(LockFile(folder), FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (IOException)
        {
            return Owner(folder);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string LockFile(string folder) => Path.Combine(folder, ".lock");

    private static string OwnerFile(string folder) => Path.Combine(folder, ".owner");

    private static string Owner(string folder) => File.Exists(OwnerFile(folder)) ? File.ReadAllText(OwnerFile(folder)) : "unknown";

    /// <summary>Only a convenience: a full disk must not keep a run from going on.</summary>
    private static void WriteOwner(string folder)
    {
        try
        {
            File.WriteAllText(OwnerFile(folder), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
        }
    }
}
