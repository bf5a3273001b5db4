namespace GenBench.Experiments.Results;

/// <summary>Files that are either whole or absent: written aside, flushed to the disk, renamed.</summary>
public static class AtomicFile
{
    private const string Aside = ".tmp";

    /// <summary>Writes a file through <paramref name="write"/>; a failure leaves the previous file as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var aside = $"{path}.{Environment.ProcessId}{Aside}";
        try
        {
            using (var stream = new FileStream(aside, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>What writers that were killed left half-written in a folder and those below it. Nobody may be writing there.</summary>
    public static IEnumerable<string> Leftovers(string folder) => Directory.GetFiles(folder, $"*{Aside}", SearchOption.AllDirectories);

    /// <summary>Writes UTF-8 text without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
