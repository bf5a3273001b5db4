using GenBench.Core;

namespace GenBench.Data;

/// <summary>Reads what a header promises, with memory that grows with what is there.</summary>
internal static class ExactRead
{
    private const int Chunk = 1 << 20;

    /// <summary>Reads so many bytes.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="offset">Where in the content the bytes begin, for messages.</param>
    /// <param name="size">How many, at most <see cref="Array.MaxLength"/>.</param>
    /// <param name="promise">Why so many, e.g. <c>as its header promises</c>.</param>
    /// <exception cref="BadInputException">There are fewer.</exception>
    internal static byte[] Bytes(Stream stream, string path, long offset, long size, string promise)
    {
        var values = new byte[Math.Min(size, Chunk)];
        var count = 0;
        while (true)
        {
            count += stream.ReadAtLeast(values.AsSpan(count), values.Length - count, throwOnEndOfStream: false);
            if (count < values.Length)
                throw new BadInputException($"{path}: the content ends at offset {offset + count}, not at {offset + size} {promise}; fetch it again");
            if (count == size)
                return values;
            Array.Resize(ref values, (int)Math.Min(size, 2L * values.Length));
        }
    }
}
