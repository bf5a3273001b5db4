namespace GenBench.Tests.Cli;

/// <summary>A control group of Linux whose processes the system kills where they need more memory than it has.</summary>
internal sealed class MemoryGroup : IDisposable
{
    /// <summary>Where groups live and what their limit is called, in versions 1 and 2.</summary>
    private static readonly (string Root, string Limit)[] Versions = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")];

    private readonly string path;

    private MemoryGroup(string path) => this.path = path;

    /// <summary>The file that takes the id of a process into the group.</summary>
    internal string Processes => Path.Combine(path, "cgroup.procs");

    /// <summary>A group, or null where this system grants none.</summary>
    internal static MemoryGroup? Create(long bytes)
    {
        foreach (var (root, limit) in Versions.Where(version => Directory.Exists(version.Root)))
        {
            var path = Path.Combine(root, $"genbench-test-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(path);
                if (File.Exists(Path.Combine(path, limit)))
                {
                    File.WriteAllText(Path.Combine(path, limit), $"{bytes}");
                    return new MemoryGroup(path);
                }
                Directory.Delete(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
            }
        }
        return null;
    }

    /// <summary>Removes the group, whose processes must have ended.</summary>
    public void Dispose() => Directory.Delete(path);
}
