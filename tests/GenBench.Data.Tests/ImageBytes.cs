using System.Buffers.Binary;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.Checksum;
using SkiaSharp;

namespace GenBench.Tests.Data;

/// <summary>Small image files for tests: lossless ones and oddities by hand, the rest by Skia's encoders.</summary>
internal static class ImageBytes
{
    /// <summary>PNG's colour types.</summary>
    public const byte Gray = 0, Rgb = 2, Palette = 3, Rgba = 6;

    /// <summary>A PNG of rows as PNG has them, without the filter bytes, and of chunks before the pixels, such as PLTE.</summary>
    public static byte[] Png(int width, int height, byte[] raw, byte color = Rgb, byte bits = 8, params ReadOnlySpan<(string Type, byte[] Content)> ancillary)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, color);
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(raw.AsSpan(raw.Length / height * y, raw.Length / height));
            }
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk("IHDR", header);
        foreach (var (type, content) in ancillary)
            Chunk(type, content);
        Chunk("IDAT", pixels.ToArray());
        Chunk("IEND", []);
        return file.ToArray();

        void Chunk(string type, byte[] content)
        {
            byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. content];
            var crc = new Crc32();
            crc.Update(body);
            var number = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            file.Write(number);
            file.Write(body);
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)crc.Value);
            file.Write(number);
        }
    }

    /// <summary>An RGB PNG of a pattern that differs from number to number.</summary>
    public static byte[] Numbered(int number, int side = 8) =>
        Png(side, side, [.. Enumerable.Range(0, 3 * side * side).Select(i => (byte)(i * 5 + number * 31))]);

    /// <summary>A file of Skia's encoder.</summary>
    public static byte[] Encode(SKEncodedImageFormat format, int width, int height, Func<int, int, SKColor> color, int quality = 100)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, color(x, y));
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A small image of any format that is read.</summary>
    public static byte[] Sample(SKEncodedImageFormat format, int width, int height, int quality = 100)
    {
        static SKColor Color(int x, int y) => new((byte)(x * y), (byte)(x * 9), (byte)(y * 17));
        return format == SKEncodedImageFormat.Bmp
            ? Bmp(width, height, [.. Enumerable.Range(0, width * height).Select(i => Color(i % width, i / width)).SelectMany(color => new[] { color.Red, color.Green, color.Blue })])
            : Encode(format, width, height, Color, quality);
    }

    /// <summary>A BMP of 24 bits a pixel: rows from the bottom, blue before red, padded to four bytes.</summary>
    public static byte[] Bmp(int width, int height, byte[] rgb)
    {
        var row = (3 * width + 3) / 4 * 4;
        var file = new byte[54 + row * height];
        "BM"u8.CopyTo(file);
        foreach (var (offset, value) in new[] { (2, file.Length), (10, 54), (14, 40), (18, width), (22, height), (26, 1 + (24 << 16)), (34, row * height) })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
        for (var i = 0; i < width * height; i++)
            for (var channel = 0; channel < 3; channel++)
                file[54 + (height - 1 - i / width) * row + i % width * 3 + 2 - channel] = rgb[3 * i + channel];
        return file;
    }

    /// <summary>An animation that shows a WebP image of 8 × 8 twice.</summary>
    public static byte[] Animation(byte[] webp)
    {
        byte[] size = [7, 0, 0, 7, 0, 0];
        byte[] frame = [.. "ANMF"u8, .. Length(16 + webp.Length - 12), 0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. webp.AsSpan(12)];
        byte[] body = [.. "WEBPVP8X"u8, .. Length(10), 2, 0, 0, 0, .. size, .. "ANIM"u8, .. Length(6), 0, 0, 0, 0, 0, 0, .. frame, .. frame];
        return [.. "RIFF"u8, .. Length(body.Length), .. body];

        static byte[] Length(int value) => BitConverter.GetBytes(value);
    }

    /// <summary>A JPEG with an EXIF block that holds nothing but the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, // big-endian TIFF, one entry
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg.AsSpan(0, 2), 0xff, 0xe1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>A JPEG of 8 × 8 equal pixels of four inks, 255 for none, as Adobe's programs write them.</summary>
    public static byte[] Cmyk(byte cyan, byte magenta, byte yellow, byte black)
    {
        byte[] quantisation = [8, .. Enumerable.Repeat((byte)1, 63)];
        byte[] directLengths = [0, 0, 0, 9, .. new byte[12]], alternatingLengths = [1, .. new byte[15]];
        // A constant v has the one coefficient 8(v − 128), here quantised by 8: its category in four bits, its bits, end of block.
        var bits = string.Concat(new[] { cyan, magenta, yellow, black }.Select(value => Coefficient(value - 128) + "0"));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '1');
        var scan = bits.Chunk(8).Select(octet => Convert.ToByte(new string(octet), 2)).SelectMany(value => value == 0xff ? new byte[] { 0xff, 0 } : [value]);
        return
        [
            0xff, 0xd8,
            0xff, 0xee, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xff, 0xdb, 0, 67, 0, .. quantisation,
            0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            0xff, 0xc4, 0, 28, 0x00, .. directLengths, 0, 1, 2, 3, 4, 5, 6, 7, 8,
            0xff, 0xc4, 0, 20, 0x10, .. alternatingLengths, 0,
            0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0,
            .. scan,
            0xff, 0xd9,
        ];

        static string Coefficient(int value)
        {
            var category = value == 0 ? 0 : (int)Math.Log2(Math.Abs(value)) + 1;
            var code = value < 0 ? value + (1 << category) - 1 : value;
            return Convert.ToString(category, 2).PadLeft(4, '0') + (category == 0 ? "" : Convert.ToString(code, 2).PadLeft(category, '0'));
        }
    }
}
