using System.IO.Enumeration;
using System.Reflection;
using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Experiments.Results;
using SkiaSharp;

namespace GenBench.Experiments.SampleSets;

/// <summary>
/// The images in a folder and the folders below it, in ordinal order of their paths. Each file is read once when the folder is
/// opened, for its size and its checksum, and decoded when its turn comes. Links to folders are not followed; hidden
/// files and files whose names are no image's are left out, the latter counted in the description.
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
        ContentKey = $"files {Convert.ToHexStringLower(content)} decoded by SkiaSharp {typeof(SKCodec).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version}{Resizing.Key(resize)}";
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
        var (files, others) = List(folder);
        if (files.Length == 0)
            throw new BadInputException($"{folder}: holds no images (PNG, JPEG, BMP or WebP){(others.Length > 0 ? $", only {others.Length} other files" : "")}");
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (int Height, int Width)? size = null;
        for (var first = 0; first < files.Length; first += Piece)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var (file, found) in files.Skip(first).Zip(InParallel(files, first, Math.Min(Piece, files.Length - first), Look)))
            {
                content.AppendData(found.Sha256);
                if (resize is null && (size ??= found.Size) != found.Size)
                    throw new BadInputException($"{folder}: mixed sizes: {files[0]} is {Text(size.Value)} and {file} is {Text(found.Size)}; give --resize N");
            }
            progress(Math.Min(first + Piece, files.Length), files.Length);
        }
        var jpegs = files.Count(ImageFile.IsJpeg);
        var notes = (jpegs > 0 ? $", {jpegs} of them JPEG" : "")
            + (others.Length > 0 ? $", without {others.Length} files that are no images ({Path.GetFileName(others[0])}{(others.Length > 1 ? ", …" : "")})" : "");
        return new ImageFolder(folder, files, notes, resize, resize is { } side ? (side, side) : size!.Value, content.GetHashAndReset());
    }

    public string NameOf(int index) => files[index];

    public IEnumerable<ImageArray> Batches(int size)
    {
        for (var first = 0; first < files.Count; first += size)
        {
            var images = InParallel(files, first, Math.Min(size, files.Count - first), path => ImageFile.Decode(ImageFile.Read(path), path));
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

    private static (byte[] Sha256, (int Height, int Width) Size) Look(string path)
    {
        var file = ImageFile.Read(path);
        return (SHA256.HashData(file), ImageFile.Size(file, path));
    }

    private static string Text((int Height, int Width) size) => $"{size.Height}x{size.Width}";

    private static (string[] Images, string[] Others) List(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        var found = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        var byKind = found.Order(StringComparer.Ordinal).ToLookup(ImageFile.IsImage);
        return ([.. byKind[true]], [.. byKind[false]]);
    }

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
            throw new BadInputException(error.Message, error);
        }
        return results;
    }
}
