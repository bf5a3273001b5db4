using System.Reflection;
using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Folders;
using GenBench.Experiments.Results;
using SkiaSharp;

namespace GenBench.Experiments.SampleSets;

/// <summary>
/// The images in a folder and the folders below it, in ordinal order of their paths. Each file is read once when the folder is
/// opened, for its size and its checksum, and decoded when its turn comes, as <see cref="ImageFile"/> does. Files whose names
/// are no image's are left out and counted in the description, as are JPEGs and files with an alpha channel.
/// </summary>
internal sealed class ImageFolder : IImageSource
{
    private const int Piece = 512; // files looked at together

    private readonly IReadOnlyList<string> files;
    private readonly int? resize;

    private ImageFolder(string folder, IReadOnlyList<string> files, string notes, int? resize, (int Height, int Width) size, byte[] content)
    {
        (this.files, this.resize, Height, Width) = (files, resize, size.Height, size.Width);
        Description = $"{folder} ({files.Count} images{(resize is null ? $" {Height}x{Width}" : "")}{notes}{Resizing.Describe(resize)})";
        // What a decoder makes of a JPEG is the decoder's own.
        ContentKey = $"files {Convert.ToHexStringLower(content)} decoded upright over white by SkiaSharp {typeof(SKCodec).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version}{Resizing.Key(resize)}";
    }

    public string Description { get; }

    public int Count => files.Count;

    public int Height { get; }

    public int Width { get; }

    public string ContentKey { get; }

    /// <summary>Looks at every file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="resize">Side to resize to, or null where all images must have one size.</param>
    /// <param name="progress">Told how many files of how many were looked at.</param>
    /// <param name="cancellation">Checked now and then.</param>
    /// <exception cref="BadInputException">There are no images, one cannot be read, or their sizes differ.</exception>
    internal static ImageFolder Open(string folder, int? resize, Action<int, int> progress, CancellationToken cancellation)
    {
        var listing = ImageListing.Of(folder);
        string[] files = [.. listing.Images.Select(file => file.Name).Order(StringComparer.Ordinal).Select(name => Path.Combine(folder, name))];
        if (files.Length == 0)
            throw new BadInputException($"{folder}: holds no images ({ImageListing.Formats}){(listing.Others.Count > 0 ? $", only {listing.Others.Count} other files" : "")}");
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (int Height, int Width)? size = null;
        var (jpegs, alphas) = (0, 0);
        for (var first = 0; first < files.Length; first += Piece)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (file, found) in files.Skip(first).Zip(InParallel(files, first, Math.Min(Piece, files.Length - first), Look)))
            {
                content.AppendData(found.Sha256);
                (jpegs, alphas) = (jpegs + (found.Jpeg ? 1 : 0), alphas + (found.Alpha ? 1 : 0));
                if (resize is null && (size ??= found.Size) != found.Size)
                    throw new BadInputException($"{folder}: mixed sizes: {files[0]} is {Text(size.Value)} and {file} is {Text(found.Size)}; give --resize N");
            }
            progress(Math.Min(first + Piece, files.Length), files.Length);
        }
        var notes = Notes(jpegs, alphas, [.. listing.Others.Select(file => file.Name).Order(StringComparer.Ordinal)]);
        return new ImageFolder(folder, files, notes, resize, resize is { } side ? (side, side) : size!.Value, content.GetHashAndReset());
    }

    public string NameOf(int index) => files[index];

    public IEnumerable<ImageArray> Batches(int size)
    {
        for (var first = 0; first < files.Count; first += size)
        {
            var images = InParallel(files, first, Math.Min(size, files.Count - first), Decode);
            var pixels = new byte[images.Length * Height * Width * 3];
            for (var i = 0; i < images.Length; i++)
            {
                var image = images[i].Resized(resize);
                if ((image.Height, image.Width) != (Height, Width))
                    throw new BadInputException($"{files[first + i]}: was changed while it was read; run it again");
                image.Pixels.CopyTo(pixels, i * image.Pixels.Length);
            }
            yield return new ImageArray(pixels, images.Length, Height, Width, 3);
        }
    }

    public void Dispose()
    {
    }

    private static (byte[] Sha256, (int Height, int Width) Size, bool Jpeg, bool Alpha) Look(string path)
    {
        using var file = ImageFile.Open(path);
        return (SHA256.HashData(file.Content), (file.Height, file.Width), file.IsJpeg, file.HasAlpha);
    }

    private static ImageArray Decode(string path)
    {
        using var file = ImageFile.Open(path);
        var rgb = new byte[3 * file.Height * file.Width];
        file.Decode(0, 0, file.Width, file.Height, rgb);
        return new ImageArray(rgb, 1, file.Height, file.Width, 3);
    }

    private static string Notes(int jpegs, int alphas, string[] others) =>
        (jpegs > 0 ? $", {jpegs} of them JPEG" : "")
        + (alphas > 0 ? $", {alphas} with an alpha channel laid over white" : "")
        + (others.Length > 0 ? $", without {others.Length} files that are no images ({Path.GetFileName(others[0])}{(others.Length > 1 ? ", …" : "")})" : "");

    private static string Text((int Height, int Width) size) => $"{size.Height}x{size.Width}";

    /// <exception cref="BadInputException">One of the files is at fault.</exception>
    private static T[] InParallel<T>(IReadOnlyList<string> files, int first, int count, Func<string, T> read)
    {
        var results = new T[count];
        try
        {
            Parallel.For(0, count, i => results[i] = read(files[first + i]));
        }
        catch (AggregateException errors) when (errors.InnerExceptions.OfType<BadInputException>().FirstOrDefault() is { } error)
        {
            throw new BadInputException($"{error.Message}; repair it, or move it out of the folder", error);
        }
        return results;
    }
}
