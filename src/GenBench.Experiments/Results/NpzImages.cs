namespace GenBench.Experiments.Results;

/// <summary>The images of a <c>.npz</c>, its array <c>arr_0</c> of uint8 [N, H, W, C], read batch by batch. They are verified
/// before any is given.</summary>
internal sealed class NpzImages : IDisposable
{
    internal const string ArrayName = "arr_0";
    private const long MaxImageBytes = 1 << 28;
    private readonly NpzArchive archive;
    private readonly NpzArray array;

    private NpzImages(NpzArchive archive)
    {
        this.archive = archive;
        array = archive.Find(ArrayName);
        var header = array.Header;
        if (header is not { Descr: "|u1" or "<u1" or "u1", FortranOrder: false, Shape: [> 0, > 0, > 0, 1 or 3] })
            throw new InvalidDataException($"{ArrayName} is {header}");
        if (header.Elements != array.DataLength)
            throw new InvalidDataException($"{ArrayName} has {array.DataLength} bytes of data where its shape asks for {header.Elements}");
        if (header.Elements / header.Shape[0] > MaxImageBytes)
            throw new InvalidDataException($"{ArrayName} is {header}: one image of more than {MaxImageBytes} bytes");
        Count = checked((int)header.Shape[0]);
        (Height, Width, Channels) = ((int)header.Shape[1], (int)header.Shape[2], (int)header.Shape[3]);
        Sha256 = array.Verify();
    }

    /// <exception cref="InvalidDataException">The file holds no such images, whole.</exception>
    internal static NpzImages Open(string path)
    {
        var archive = new NpzArchive(path);
        try
        {
            return new NpzImages(archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    internal int Count { get; }

    internal int Height { get; }

    internal int Width { get; }

    internal int Channels { get; }

    /// <summary>SHA-256 of the array, shape and pixels.</summary>
    internal byte[] Sha256 { get; }

    /// <summary>All images in their order, at most <paramref name="size"/> at a time.</summary>
    internal IEnumerable<ImageArray> Batches(int size)
    {
        using var data = array.OpenData();
        for (var first = 0; first < Count; first += size)
        {
            var count = Math.Min(size, Count - first);
            var pixels = new byte[checked(count * Height * Width * Channels)];
            data.ReadExactly(pixels);
            yield return new ImageArray(pixels, count, Height, Width, Channels);
        }
    }

    public void Dispose() => archive.Dispose();
}
