namespace GenBench.Data.Folders;

/// <summary>A file that one holder at a time has; the system lets go of it with the process, however that ends.</summary>
internal static class FileHold
{
    /// <summary>EWOULDBLOCK of Linux, ERROR_SHARING_VIOLATION, EWOULDBLOCK of macOS.</summary>
    private static readonly int[] Held = [11, 32, 35];

    /// <summary>Takes the file, waiting for whoever has it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="waiting">Called once, when another has it.</param>
    internal static IDisposable Take(string path, Action waiting)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (Held.Contains(error.HResult & 0xffff))
            {
                if (tries == 0)
                    waiting();
                Thread.Sleep(50);
            }
        }
    }
}
