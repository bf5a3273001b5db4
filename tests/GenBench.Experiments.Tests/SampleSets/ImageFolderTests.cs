using GenBench.Core;
using GenBench.Experiments.Results;
using GenBench.Experiments.SampleSets;
using GenBench.Tests.Results;
using SkiaSharp;

namespace GenBench.Tests.SampleSets;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static ImageArray Noise(int seed, int count, int height, int width, int channels)
    {
        var pixels = new byte[count * height * width * channels];
        new Random(seed).NextBytes(pixels);
        return new(pixels, count, height, width, channels);
    }

    private ImageFolder Open(int? resize = null) => ImageFolder.Open(folder.Path, resize, (_, _) => { }, CancellationToken.None);

    private static byte[] Pixels(ImageFolder images, int size) => [.. images.Batches(size).SelectMany(batch => batch.Pixels)];

    private void Refused(params string[] saying)
    {
        var message = Assert.Throws<BadInputException>(() => Pixels(Open(), 8)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(saying, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Colour_images_come_back_to_the_bit_whatever_the_batch()
    {
        var images = Noise(1, 11, 5, 7, 3);
        PngFolder.Write(folder.Path, images);
        using var read = Open();
        Assert.Equal((11, 5, 7), (read.Count, read.Height, read.Width));
        Assert.Equal(images.Pixels, Pixels(read, 4));
        Assert.Equal(images.Pixels, Pixels(read, 100));
    }

    [Fact]
    public void Gray_images_come_back_as_three_equal_channels()
    {
        var images = Noise(2, 3, 4, 6, 1);
        PngFolder.Write(folder.Path, images);
        using var read = Open();
        Assert.Equal(images.Pixels.SelectMany(value => new[] { value, value, value }), Pixels(read, 8));
    }

    [Fact]
    public void Images_are_taken_from_folders_below_in_the_order_of_their_paths_and_other_files_are_left_out_and_counted()
    {
        var images = Noise(3, 3, 4, 4, 3);
        var one = images.Pixels.Length / 3;
        foreach (var (name, i) in new[] { ("b/z.PNG", 1), ("a.png", 0), ("c/d/x.png", 2) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            PngFolder.WriteFile(folder[name], images.Pixels.AsSpan(i * one, one), 4, 4, 3);
        }
        File.WriteAllText(folder["labels.csv"], "a,1");
        File.WriteAllText(folder["b/notes.txt"], "");
        File.WriteAllText(folder[".hidden.png"], "");
        Directory.CreateSymbolicLink(folder["loop"], folder.Path);
        using var read = Open();
        Assert.Equal(images.Pixels, Pixels(read, 8));
        Assert.Contains("3 images 4x4, without 2 files that are no images (notes.txt, …)", read.Description, StringComparison.Ordinal);
        Assert.Equal(folder["c/d/x.png"], read.NameOf(2));
    }

    [Fact]
    public void The_content_key_is_of_pixels_and_order_and_not_of_names()
    {
        var images = Noise(4, 4, 4, 4, 3);
        string Key()
        {
            using var read = Open();
            return read.ContentKey;
        }
        PngFolder.Write(folder.Path, images);
        var key = Key();
        File.Move(folder["00003.png"], folder["9.png"]);
        Assert.Equal(key, Key());
        File.Move(folder["00000.png"], folder["a.png"]);
        var turned = Key();
        Assert.NotEqual(key, turned);
        PngFolder.WriteFile(folder["a.png"], new byte[48], 4, 4, 3);
        Assert.NotEqual(turned, Key());
        using var resized = Open(resize: 3);
        Assert.NotEqual(Key(), resized.ContentKey);
    }

    [Fact]
    public void Mixed_sizes_are_refused_unless_they_are_resized()
    {
        PngFolder.WriteFile(folder["a.png"], Enumerable.Repeat((byte)200, 48).ToArray(), 4, 4, 3);
        PngFolder.WriteFile(folder["b.png"], Enumerable.Repeat((byte)50, 8 * 6 * 3).ToArray(), 8, 6, 3);
        Refused("mixed sizes", "a.png is 4x4", "b.png is 8x6", "--resize");
        using var read = Open(resize: 5);
        Assert.Equal((2, 5, 5), (read.Count, read.Height, read.Width));
        Assert.Equal([.. Enumerable.Repeat((byte)200, 75), .. Enumerable.Repeat((byte)50, 75)], Pixels(read, 8));
        Assert.Contains("resized to 5x5", read.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jpeg_is_read_and_said()
    {
        PngFolder.WriteFile(folder["a.jpg"], Enumerable.Repeat((byte)128, 16 * 16 * 3).ToArray(), 16, 16, 3, SKEncodedImageFormat.Jpeg);
        using var read = Open();
        Assert.Contains("1 of them JPEG", read.Description, StringComparison.Ordinal);
        Assert.All(Pixels(read, 1), value => Assert.InRange(value, 126, 130));
    }

    /// <summary>What docs/DATA.md says of odd images holds here as well: one decoder reads both.</summary>
    [Fact]
    public void Odd_images_are_read_as_those_of_a_dataset_and_transparency_is_said()
    {
        using (var bitmap = new SKBitmap(new SKImageInfo(16, 8, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
        {
            bitmap.Erase(new SKColor(10, 20, 30, 51));
            using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(folder["a.png"], encoded.ToArray());
        }
        using (var read = Open())
        {
            Assert.Contains("1 images 8x16, 1 with an alpha channel laid over white", read.Description, StringComparison.Ordinal);
            Assert.Equal(Enumerable.Repeat(new byte[] { 206, 208, 210 }, 128).SelectMany(pixel => pixel), Pixels(read, 8));
        }
        File.Delete(folder["a.png"]);
        PngFolder.WriteFile(folder["b.jpg"], [.. Enumerable.Range(0, 48 * 16 * 3).Select(i => (byte)(40 + 80 * (i / 3 % 48 / 16)))], 16, 48, 3, SKEncodedImageFormat.Jpeg);
        byte[] turned = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        var jpeg = File.ReadAllBytes(folder["b.jpg"]);
        File.WriteAllBytes(folder["b.jpg"], [.. jpeg.AsSpan(0, 2), 0xff, 0xe1, 0, (byte)(turned.Length + 2), .. turned, .. jpeg.AsSpan(2)]);
        using var upright = Open();
        Assert.Equal((48, 16), (upright.Height, upright.Width));
        Assert.All(Pixels(upright, 1).Chunk(16 * 16 * 3).Index(), third => Assert.All(third.Item, value => Assert.InRange(value, 36 + 80 * third.Index, 44 + 80 * third.Index)));
    }

    [Fact]
    public void A_folder_without_images_is_refused()
    {
        Refused("holds no images");
        File.WriteAllText(folder["labels.csv"], "");
        Refused("holds no images", "1 other files");
    }

    [Fact]
    public void Broken_and_foreign_files_are_named()
    {
        PngFolder.Write(folder.Path, Noise(5, 2, 8, 8, 3));
        File.WriteAllText(folder["a.png"], "no image");
        Refused("a.png");
        File.WriteAllBytes(folder["a.png"], []);
        Refused("a.png");
        File.WriteAllBytes(folder["a.png"], File.ReadAllBytes(folder["00001.png"])[..^40]);
        Refused("a.png", "cut short", "repair it");
        File.Delete(folder["a.png"]);
        File.WriteAllText(folder["scan.tiff"], "");
        Refused("scan.tiff", "convert");
    }

    /// <summary>A PNG's header that claims 60,000 × 60,000 pixels: refused before memory is asked for.</summary>
    [Fact]
    public void A_file_that_claims_to_be_huge_is_refused()
    {
        PngFolder.WriteFile(folder["a.png"], new byte[3], 1, 1, 3);
        var bytes = File.ReadAllBytes(folder["a.png"]);
        byte[] side = [0, 0, 0xEA, 0x60];
        side.CopyTo(bytes, 16);
        side.CopyTo(bytes, 20);
        var checksum = new ICSharpCode.SharpZipLib.Checksum.Crc32();
        checksum.Update(new ArraySegment<byte>(bytes, 12, 17));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), (uint)checksum.Value);
        File.WriteAllBytes(folder["a.png"], bytes);
        Refused("a.png", "60000x60000");
    }
}
