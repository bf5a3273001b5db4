using System.Formats.Tar;
using CsCheck;
using GenBench.Data;
using GenBench.Data.Archives;

namespace GenBench.Tests.Data;

/// <summary>Whatever is written in a format is read back to the bit.</summary>
public sealed class ReadingPropertyTests : IDisposable
{
    private const int Iterations = 200;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Idx_plain_and_compressed() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Byte.Array[405]).Sample(
            (count, height, width, bytes) =>
            {
                var values = bytes[..(count * height * width)];
                var whole = IdxBytes.Of([(uint)count, (uint)height, (uint)width], values);
                foreach (var path in new[] { folder.Write("x", whole), folder.Write("x.gz", IdxBytes.Gzip(whole)) })
                {
                    var read = IdxFile.Read(path, 3);
                    Assert.Equal([count, height, width], read.Shape);
                    Assert.Equal(values, read.Values);
                    Assert.Equal(IdxBytes.Md5(whole), read.Md5());
                }
            },
            iter: Iterations, threads: 1);

    [Fact]
    public void Records_of_cifar() =>
        Gen.Select(Gen.Int[1, 2], Gen.Byte[0, 19].Array[1, 4], Gen.Int[0, 1000]).Sample(
            (labelBytes, labels, seed) =>
            {
                var pixels = new byte[labels.Length * CifarDataset.PixelBytes];
                new Random(seed).NextBytes(pixels);
                byte[] records = [.. labels.Index().SelectMany(each => Enumerable.Repeat(each.Item, labelBytes).Concat(pixels.Skip(each.Index * CifarDataset.PixelBytes).Take(CifarDataset.PixelBytes)))];
                var names = Enumerable.Range(0, 20).Select(i => $"{i}").ToArray();
                var read = CifarRecords.Parse([new CifarBytes("x", records)], new CifarLabels(labelBytes, labelBytes - 1, names, names.Length));
                Assert.Equal(labels, read.Labels);
                Assert.Equal(pixels, read.Pixels);
            },
            iter: Iterations, threads: 1);

    [Fact]
    public void Tar_and_zip() =>
        Gen.Select(Gen.Byte.Array[0, 1500].Array[1, 6], Gen.Int[1, 140]).Sample(
            (contents, nameLength) =>
            {
                (string Name, byte[] Content)[] files = [.. contents.Select((content, i) => ($"{new string('d', nameLength)}/{i}", content))];
                foreach (var format in new[] { TarEntryFormat.Gnu, TarEntryFormat.Pax })
                    IsRead("x.tar.gz", IdxBytes.Gzip(ArchiveBytes.Tar(format, files)), files);
                IsRead("x.zip", ArchiveBytes.Zip(files), files);
            },
            iter: Iterations, threads: 1);

    private void IsRead(string name, byte[] archive, (string Name, byte[] Content)[] files)
    {
        var read = new List<(string Name, byte[] Content)>();
        ArchiveFile.Read(folder.Write(name, archive), _ => true, entry =>
        {
            using var content = new MemoryStream();
            entry.Content.CopyTo(content);
            read.Add((entry.Name, content.ToArray()));
        });
        Assert.Equal(files.Select(file => file.Name), read.Select(file => file.Name));
        Assert.Equal(files.Select(file => file.Content), read.Select(file => file.Content));
    }

    [Fact]
    public void Png_and_bmp() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20], Gen.Byte.Array[1200]).Sample(
            (width, height, bytes) =>
            {
                var raw = bytes[..(3 * width * height)];
                foreach (var whole in new[] { ImageBytes.Png(width, height, raw), ImageBytes.Bmp(width, height, raw) })
                {
                    using var file = ImageFile.Open(folder.Write("x", whole));
                    var rgb = new byte[raw.Length];
                    Assert.Equal((height, width, false), (file.Height, file.Width, file.HasAlpha));
                    file.Decode(0, 0, width, height, rgb);
                    Assert.Equal(raw, rgb);
                }
            },
            iter: Iterations, threads: 1);
}
