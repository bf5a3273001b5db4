using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace GenBench.Experiments.Results;

/// <summary>Files named <c>&lt;name&gt;.&lt;SHA-256&gt;.safetensors</c>, so that each says by itself whether it is whole.</summary>
internal static partial class SealedFile
{
    /// <summary>Writes a file into a folder; it counts once it has its checksum in its name.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string folder, string name, Action<Stream> write)
    {
        Directory.CreateDirectory(folder);
        var unnamed = Path.Combine(folder, "unfinished");
        var checksum = "";
        AtomicFile.Write(unnamed, stream =>
        {
            write(stream);
            stream.Position = 0;
            checksum = Convert.ToHexStringLower(SHA256.HashData(stream));
        });
        var path = Path.Combine(folder, $"{name}.{checksum}.safetensors");
        File.Move(unnamed, path, overwrite: true);
        return path;
    }

    /// <summary>Reads a file whose content is what its name says.</summary>
    /// <exception cref="InvalidDataException">It is not, or <paramref name="read"/> cannot make sense of it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static T Read<T>(string path, Func<Stream, T> read)
    {
        using var stream = File.OpenRead(path);
        if (Convert.ToHexStringLower(SHA256.HashData(stream)) != FileName().Match(Path.GetFileName(path)).Groups["checksum"].Value)
            throw new InvalidDataException("its checksum is wrong");
        stream.Position = 0;
        return read(stream);
    }

    /// <summary>The files in a folder with their names; none where there is no folder.</summary>
    public static IEnumerable<(string Name, string Path)> List(string folder) => !Directory.Exists(folder) ? [] :
        from path in Directory.GetFiles(folder)
        let match = FileName().Match(Path.GetFileName(path))
        where match.Success
        select (match.Groups["name"].Value, path);

    [GeneratedRegex(@"^(?<name>[0-9-]{1,40})\.(?<checksum>[0-9a-f]{64})\.safetensors$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
