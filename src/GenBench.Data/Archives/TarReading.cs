using System.Globalization;
using System.Text;
using GenBench.Core;

namespace GenBench.Data.Archives;

/// <summary>
/// Reads the files of a tar archive (POSIX ustar and pax, GNU's long names). Nothing is allocated by what a header claims,
/// which System.Formats.Tar does for extended headers.
/// </summary>
internal static class TarReading
{
    private const int Block = 512;
    private const int LongestName = 4096;
    private const int LongestExtension = 1 << 16;

    /// <summary>Visits the wanted files up to the empty block that closes the archive.</summary>
    /// <exception cref="BadInputException">It is cut short, damaged or refused.</exception>
    internal static void Read(Stream archive, string path, ArchiveFile.Rules rules, Func<string, bool> wanted, Action<ArchiveEntry> visit)
    {
        var header = new byte[Block];
        var offset = 0L;
        string? longName = null;
        while (true)
        {
            Fill(archive, path, header, offset);
            if (header.AsSpan().IndexOfAnyExcept((byte)0) < 0)
                return;
            CheckSum(header, path, offset);
            var size = Octal(header.AsSpan(124, 12), path, offset + 124);
            var type = (char)header[156];
            var name = longName ?? Name(header);
            offset += Block;
            using var content = new EntryStream(archive, path, name, size, leaveOpen: true);
            longName = type switch
            {
                'L' => Text(ReadBounded(content, path, offset, size, LongestName)),
                'x' => PaxPath(ReadBounded(content, path, offset, size, LongestExtension), path, offset) ?? longName,
                _ => null,
            };
            if (type is '0' or '\0' && !name.EndsWith('/'))
                Visit(name, size, content);
            else if (type is not ('0' or '\0' or '5' or 'L' or 'x' or 'g'))
                throw new BadInputException($"{path}: '{name}' is of type '{type}', a link or device, which is not unpacked");
            Skip(content);
            offset += size + Pad(archive, path, header, offset + size, size);
        }

        void Visit(string name, long size, Stream content)
        {
            var admitted = rules.Admit(name, size);
            if (wanted(admitted))
                visit(new ArchiveEntry(admitted, size, content));
        }
    }

    private static void Fill(Stream archive, string path, byte[] block, long offset)
    {
        var count = archive.ReadAtLeast(block, Block, throwOnEndOfStream: false);
        if (count < Block)
            throw new BadInputException($"{path}: ends at offset {offset + count} of its content, without the empty block that closes a tar archive; fetch it again");
    }

    /// <summary>The sum of the header's bytes, its own field taken for blanks.</summary>
    private static void CheckSum(byte[] header, string path, long offset)
    {
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        if (Octal(header.AsSpan(148, 8), path, offset + 148) != sum)
            throw new BadInputException($"{path}: the tar header at offset {offset} does not have the sum that it names; fetch it again");
    }

    private static long Octal(ReadOnlySpan<byte> field, string path, long offset)
    {
        var digits = field.Trim((ReadOnlySpan<byte>)[(byte)' ', 0]);
        var value = 0L;
        foreach (var digit in digits)
            value = digit is >= (byte)'0' and <= (byte)'7' ? value * 8 + digit - '0'
                : throw new BadInputException($"{path}: the tar header field at offset {offset} is no octal number; fetch it again");
        return value;
    }

    private static string Name(byte[] header)
    {
        var (name, prefix) = (Text(header.AsSpan(0, 100)), Text(header.AsSpan(345, 155)));
        // GNU's headers have times where POSIX has the prefix.
        var posix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        return posix && prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);

    /// <summary>The name that an extended header gives, or null: records of <c>length key=value</c> and a line feed.</summary>
    private static string? PaxPath(ReadOnlySpan<byte> records, string path, long offset)
    {
        string? found = null;
        while (records.Length > 0)
        {
            var blank = records.IndexOf((byte)' ');
            if (blank < 0 || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= blank + 1 || length > records.Length)
                throw new BadInputException($"{path}: the extended header at offset {offset} is not made of records with their lengths; fetch it again");
            var record = records[(blank + 1)..(length - 1)];
            if (record.StartsWith("path="u8))
                found = Encoding.UTF8.GetString(record[5..]);
            records = records[length..];
        }
        return found;
    }

    private static byte[] ReadBounded(Stream content, string path, long offset, long size, int longest) => size <= longest
        ? ExactRead.Bytes(content, path, offset, size, "as its header promises")
        : throw new BadInputException($"{path}: the name or extension at offset {offset} claims {size} bytes; at most {longest} are read");

    private static void Skip(EntryStream content)
    {
        var buffer = new byte[Block * 16];
        while (content.Remaining > 0)
            content.ReadExactly(buffer, 0, (int)Math.Min(buffer.Length, content.Remaining));
    }

    /// <summary>Reads what fills an entry's last block, and returns how much that was.</summary>
    private static long Pad(Stream archive, string path, byte[] scratch, long offset, long size)
    {
        var padding = (int)((Block - size % Block) % Block);
        if (archive.ReadAtLeast(scratch.AsSpan(0, padding), padding, throwOnEndOfStream: false) is var count && count < padding)
            throw new BadInputException($"{path}: ends at offset {offset + count} of its content, inside a block; fetch it again");
        return padding;
    }
}
