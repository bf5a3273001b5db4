using GenBench.Core;
using GenBench.Data;
using GenBench.Data.Folders;
using SkiaSharp;

namespace GenBench.Tests.Data.Folders;

/// <summary>The table of odd inputs in docs/DATA.md, row by row.</summary>
public sealed class SquareDecoderTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private byte[] Decode(byte[] file, int resolution = 8, int channels = 3, string name = "x.png")
    {
        var pixels = new byte[channels * resolution * resolution];
        new SquareDecoder(new ImageShape(channels, resolution, resolution), "area").Decode(folder.Write(name, file), pixels);
        return pixels;
    }

    private string Refusal(byte[] file, string name = "x.png")
    {
        var message = Assert.Throws<BadInputException>(() => Decode(file, name: name)).Message;
        Assert.StartsWith(Path.Combine(folder.Path, name), message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    /// <summary>Planes of an 8 × 8 image of one colour.</summary>
    private static byte[] Flat(params byte[] color) => [.. color.SelectMany(value => Enumerable.Repeat(value, 64))];

    [Fact]
    public void Colours_are_as_stored_plane_after_plane()
    {
        var raw = IdxBytes.Ramp(192);
        var planes = Enumerable.Range(0, 3).SelectMany(channel => raw.Where((_, i) => i % 3 == channel)).ToArray();
        Assert.Equal(planes, Decode(ImageBytes.Png(8, 8, raw)));
        Assert.Equal(
            Enumerable.Range(0, 64).Select(i => Math.Round(.299 * raw[3 * i] + .587 * raw[3 * i + 1] + .114 * raw[3 * i + 2])),
            Decode(ImageBytes.Png(8, 8, raw), channels: 1).Select(value => (double)value));
    }

    [Fact]
    public void A_gamma_or_profile_is_not_applied() =>
        Assert.Equal(Flat(200, 100, 50), Decode(ImageBytes.Png(8, 8, Repeat(200, 100, 50), ancillary: ("gAMA", [0, 0, 0xb1, 0x8f]))));

    private static byte[] Repeat(params byte[] pixel) => [.. Enumerable.Repeat(pixel, 64).SelectMany(each => each)];

    [Fact]
    public void Gray_files_have_equal_channels_and_their_own_gray()
    {
        var raw = IdxBytes.Ramp(64);
        var file = ImageBytes.Png(8, 8, raw, ImageBytes.Gray);
        Assert.Equal([.. raw, .. raw, .. raw], Decode(file));
        Assert.Equal(raw, Decode(file, channels: 1));
    }

    [Fact]
    public void Sixteen_bits_are_cut_to_eight()
    {
        var raw = IdxBytes.Ramp(128);
        Assert.Equal(raw.Where((_, i) => i % 2 == 0), Decode(ImageBytes.Png(8, 8, raw, ImageBytes.Gray, 16), channels: 1));
        byte[] pixel = [200, 255, 100, 255, 50, 128];
        Assert.Equal(Flat(200, 100, 50), Decode(ImageBytes.Png(8, 8, Repeat(pixel), ImageBytes.Rgb, 16)));
    }

    [Fact]
    public void Palettes_are_looked_up()
    {
        byte[] palette = [9, 8, 7, 200, 100, 50];
        Assert.Equal(Flat(200, 100, 50), Decode(ImageBytes.Png(8, 8, Repeat(1), ImageBytes.Palette, 8, ("PLTE", palette))));
        // One bit a pixel: eight columns to a byte.
        byte[] columns = [.. Enumerable.Repeat((byte)0b0101_0101, 8)];
        var pixels = Decode(ImageBytes.Png(8, 8, columns, ImageBytes.Palette, 1, ("PLTE", palette)));
        Assert.Equal([9, 200, 9, 200], pixels[..4]);
    }

    [Fact]
    public void Transparency_is_laid_over_white()
    {
        Assert.Equal(Flat(255, 255, 255), Decode(ImageBytes.Png(8, 8, Repeat(10, 20, 30, 0), ImageBytes.Rgba)));
        Assert.Equal(Flat(10, 20, 30), Decode(ImageBytes.Png(8, 8, Repeat(10, 20, 30, 255), ImageBytes.Rgba)));
        Assert.Equal(Flat(206, 208, 210), Decode(ImageBytes.Png(8, 8, Repeat(10, 20, 30, 51), ImageBytes.Rgba))); // a fifth of the colour
        Assert.Equal(Flat(255, 255, 255), Decode(ImageBytes.Png(8, 8, Repeat(0), ImageBytes.Palette, 8, ("PLTE", [1, 2, 3]), ("tRNS", [0]))));
    }

    [Theory]
    [InlineData(255, 200, 100, 50)]
    [InlineData(128, 100, 50, 25)]
    [InlineData(0, 0, 0, 0)]
    public void Four_inks_become_colours_darkened_by_black(byte black, int red, int green, int blue)
    {
        var pixels = Decode(ImageBytes.Cmyk(200, 100, 50, black), name: "x.jpg");
        Assert.Equal([red, green, blue], new[] { pixels[0], pixels[64], pixels[128] }.Select(value => (int)value), (a, b) => Math.Abs(a - b) <= 1);
    }

    [Theory]
    [InlineData(1, "abcd")]
    [InlineData(2, "badc")]
    [InlineData(3, "dcba")]
    [InlineData(4, "cdab")]
    [InlineData(5, "acbd")]
    [InlineData(6, "cadb")]
    [InlineData(7, "dbca")]
    [InlineData(8, "bdac")]
    public void Exif_orientation_is_applied(byte orientation, string quadrants)
    {
        // Stored are a, b above c, d, as gray 20, 80, 140, 200 in blocks of 16 that JPEG keeps.
        var jpeg = ImageBytes.Encode(SKEncodedImageFormat.Jpeg, 32, 32, (x, y) => Gray((byte)(20 + 60 * (x / 16 + 2 * (y / 16)))));
        var pixels = Decode(ImageBytes.WithOrientation(jpeg, orientation), channels: 1, name: "x.jpg");
        var found = new[] { pixels[0], pixels[7], pixels[56], pixels[63] };
        Assert.Equal(quadrants.Select(letter => 20 + 60 * (letter - 'a')), found.Select(value => (int)value), (a, b) => Math.Abs(a - b) <= 2);
    }

    private static SKColor Gray(byte value) => new(value, value, value);

    [Fact]
    public void Orientation_is_applied_before_the_middle_is_cut_out()
    {
        // 48 × 16 stored, turned to 16 × 48: the middle square is the stored middle third.
        var jpeg = ImageBytes.Encode(SKEncodedImageFormat.Jpeg, 48, 16, (x, _) => Gray((byte)(40 + 80 * (x / 16))));
        Assert.All(Decode(ImageBytes.WithOrientation(jpeg, 6), channels: 1, name: "x.jpg"), value => Assert.InRange(value, 117, 123));
    }

    [Theory]
    [InlineData(24, 8)]
    [InlineData(8, 24)]
    [InlineData(25, 8)]
    public void The_middle_square_is_cut_out(int width, int height)
    {
        var side = Math.Min(width, height);
        var (left, top) = ((width - side) / 2, (height - side) / 2);
        byte[] raw = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i % width < left || i % width >= left + side || i / width < top || i / width >= top + side ? 0 : 99))];
        Assert.All(Decode(ImageBytes.Png(width, height, raw, ImageBytes.Gray), channels: 1), value => Assert.Equal(99, value));
    }

    [Fact]
    public void Webp_and_files_under_another_ending_are_read()
    {
        var webp = ImageBytes.Encode(SKEncodedImageFormat.Webp, 8, 8, (_, _) => new SKColor(200, 100, 50));
        Assert.Equal(Flat(200, 100, 50), Decode(webp, name: "x.webp"), (a, b) => Math.Abs(a - b) <= 3);
        Assert.Equal(Decode(webp, name: "x.webp"), Decode(webp, name: "x.png"));
    }

    [Fact]
    public void Bmp_is_read()
    {
        var raw = IdxBytes.Ramp(9 * 9 * 3);
        Assert.Equal(Decode(ImageBytes.Png(9, 9, raw), resolution: 9), Decode(ImageBytes.Bmp(9, 9, raw), resolution: 9, name: "x.bmp"));
    }

    [Fact]
    public void An_animation_is_refused() => Assert.Contains(
        "an animation of 2 frames", Refusal(ImageBytes.Animation(ImageBytes.Sample(SKEncodedImageFormat.Webp, 8, 8)), "x.webp"), StringComparison.Ordinal);

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("there are no named pipes in folders there");
        var pipe = Path.Combine(folder.Path, "x.png");
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
            made.WaitForExit();
        Assert.Contains("is empty", Assert.Throws<BadInputException>(() => ImageFile.Open(pipe)).Message, StringComparison.Ordinal);
        var link = Path.Combine(folder.Path, "y.png");
        File.CreateSymbolicLink(link, pipe);
        Assert.Contains("is empty", Assert.Throws<BadInputException>(() => ImageFile.Open(link)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_is_named()
    {
        Assert.Contains("is empty", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("no PNG, JPEG, WebP or BMP", Refusal("Dear diary,"u8.ToArray()), StringComparison.Ordinal);
        byte[] gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b];
        Assert.Contains("is a Gif image; convert it", Refusal(gif), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<BadInputException>(() =>
            new SquareDecoder(new ImageShape(1, 8, 8), "area").Decode(Path.Combine(folder.Path, "absent.png"), new byte[64])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Bmp)]
    public void A_file_cut_short_is_refused(SKEncodedImageFormat format)
    {
        var whole = ImageBytes.Sample(format, 64, 64);
        Decode(whole);
        foreach (var share in new[] { 0.2, 0.5, 0.9 })
            Refusal(whole[..(int)(share * whole.Length)]);
    }

    [Fact]
    public void A_header_that_claims_more_than_its_file_can_hold_is_refused_before_anything_is_allocated()
    {
        var lie = ImageBytes.Numbered(1);
        (lie[18], lie[22]) = (0x30, 0x30); // 12,296 × 12,296
        var crc = new ICSharpCode.SharpZipLib.Checksum.Crc32();
        crc.Update(new ArraySegment<byte>(lie, 12, 17));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(lie.AsSpan(29), (uint)crc.Value);
        Assert.Contains("claims 12296x12296 pixels", Refusal(lie), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Bmp)]
    public void Damaged_images_are_decoded_or_refused(SKEncodedImageFormat format)
    {
        var whole = ImageBytes.Sample(format, 20, 14, quality: 80);
        var (refused, memory) = (0, new PeakMemory());
        foreach (var damaged in Mutations.Of(whole, 600, seed: (int)format))
            if (Record.Exception(() => Decode(damaged)) is { } error)
            {
                Assert.True(error is BadInputException, $"{error}");
                refused++;
            }
        output.WriteLine($"{refused} of 600 damaged {format} files refused, at most {memory.Growth >> 20} MB more resident");
        Assert.InRange(refused, 100, 600);
        // The largest of these files, of 1.7 kB, may claim 15 million pixels of four bytes.
        Assert.InRange(memory.Growth, 0, 96 << 20);
    }
}
