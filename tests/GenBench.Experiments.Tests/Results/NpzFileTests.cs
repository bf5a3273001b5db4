using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Results;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_come_back_as_they_went()
    {
        var pixels = Pixels(5 * 4 * 3 * 3);
        NpzFile.WriteImages(folder["a.npz"], pixels, 5, 4, 3, 3);

        var read = NpzFile.ReadImages(folder["a.npz"]);

        Assert.Equal((5, 4, 3, 3), (read.Count, read.Height, read.Width, read.Channels));
        Assert.Equal(pixels, read.Pixels);
    }

    [Fact]
    public void Labels_stand_beside_the_images_and_come_back_as_they_went()
    {
        NpzFile.WriteImages(folder["a.npz"], [Pixels(3 * 2 * 2)], 3, 2, 2, 1, [7, -1, 1L << 40]);
        NpzFile.WriteImages(folder["b.npz"], [Pixels(3 * 2 * 2)], 3, 2, 2, 1);

        Assert.Equal([7, -1, 1L << 40], NpzFile.ReadLabels(folder["a.npz"])!);
        Assert.Null(NpzFile.ReadLabels(folder["b.npz"]));
        Assert.Equal(Pixels(3 * 2 * 2), NpzFile.ReadImages(folder["a.npz"]).Pixels);
        Assert.Throws<ArgumentException>(() => NpzFile.WriteImages(folder["c.npz"], [Pixels(4)], 1, 2, 2, 1, [1, 2]));
    }

    [Theory]
    [InlineData("{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }")]
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }")] // of which there is but one
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904,), }")] // overflows
    [InlineData("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), }")]
    public void Labels_that_are_none_are_one_clear_line(string header)
    {
        WriteArray(header, new byte[8], "arr_1.npy");

        var error = Assert.Throws<BadInputException>(() => NpzFile.ReadLabels(folder["a.npz"]));

        Assert.StartsWith(folder["a.npz"], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Chunks_give_the_same_bytes_as_the_whole_and_no_clock_shows()
    {
        var pixels = Pixels(6 * 2 * 2);
        NpzFile.WriteImages(folder["whole.npz"], pixels, 6, 2, 2, 1);
        NpzFile.WriteImages(folder["chunks.npz"], [pixels.AsMemory(0, 7), pixels.AsMemory(7)], 6, 2, 2, 1);

        Assert.Equal(File.ReadAllBytes(folder["whole.npz"]), File.ReadAllBytes(folder["chunks.npz"]));
        using var zip = ZipFile.OpenRead(folder["whole.npz"]);
        Assert.Equal(new DateTime(1980, 1, 1), Assert.Single(zip.Entries).LastWriteTime.DateTime);
    }

    /// <summary>The layout that NEP 1 prescribes, byte by byte, which is what numpy.load expects.</summary>
    [Fact]
    public void The_array_has_numpys_layout()
    {
        NpzFile.WriteImages(folder["a.npz"], new byte[] { 1, 2, 3, 4, 5, 6 }, 2, 1, 3, 1);

        using var zip = ZipFile.OpenRead(folder["a.npz"]);
        using var stream = new MemoryStream();
        zip.GetEntry("arr_0.npy")!.Open().CopyTo(stream);
        var bytes = stream.ToArray();
        Assert.Equal("\u0093NUMPY\u0001\0", Encoding.Latin1.GetString(bytes, 0, 8));
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + length) % 64);
        var header = Encoding.ASCII.GetString(bytes, 10, length);
        Assert.Equal("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 3, 1), }", header.TrimEnd());
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6], bytes[(10 + length)..]);
    }

    [Fact]
    public void Chunks_that_do_not_add_up_leave_no_file()
    {
        Assert.Throws<ArgumentException>(() => NpzFile.WriteImages(folder["a.npz"], new byte[11], 3, 2, 2, 1));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2000000, 1000, 1000, 3), }")] // 6 TB
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4, 3), }")] // overflows
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (-2, -6, 1, 1), }")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 2, 1), }")] // one more than there is to it
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 2, 1), }")] // data left over
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (8,), }")]
    [InlineData("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2, 1), }")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2, 1), }")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 2, 2, 1), }")]
    [InlineData("{'descr': '|u1', 'fortran_order': Fal")]
    [InlineData("")]
    public void A_header_that_lies_is_one_clear_line(string header)
    {
        WriteArray(header, new byte[8]);

        var error = Assert.Throws<BadInputException>(() => NpzFile.ReadImages(folder["a.npz"]));

        Assert.StartsWith(folder["a.npz"], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void What_numpy_writes_without_padding_is_read()
    {
        WriteArray("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2, 1), }", [1, 2, 3, 4, 5, 6, 7, 8]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], NpzFile.ReadImages(folder["a.npz"]).Pixels);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        NpzFile.WriteImages(folder["a.npz"], Pixels(2 * 4 * 4 * 3), 2, 4, 4, 3);
        var whole = File.ReadAllBytes(folder["a.npz"]);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["cut.npz"], whole[..length]);
            Assert.Throws<BadInputException>(() => NpzFile.ReadImages(folder["cut.npz"]));
        }
    }

    [Fact]
    public void A_flipped_bit_is_refused_or_harmless_and_never_a_huge_allocation()
    {
        var pixels = Pixels(2 * 4 * 4 * 3);
        NpzFile.WriteImages(folder["a.npz"], pixels, 2, 4, 4, 3);
        var whole = File.ReadAllBytes(folder["a.npz"]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = 0;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(folder["flipped.npz"], whole);
            whole[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Assert.Equal(pixels, NpzFile.ReadImages(folder["flipped.npz"]).Pixels);
            }
            catch (BadInputException)
            {
                refused++;
            }
        }

        Assert.True(refused > whole.Length * 4, $"{refused} of {whole.Length * 8} refused");
        Assert.True((GC.GetAllocatedBytesForCurrentThread() - before) / (whole.Length * 8) < 1_000_000);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<BadInputException>(() => NpzFile.ReadImages(folder["none.npz"]));

        Assert.StartsWith(folder["none.npz"], error.Message, StringComparison.Ordinal);
    }

    private void WriteArray(string header, byte[] data, string name = "arr_0.npy")
    {
        using var zip = ZipFile.Open(folder["a.npz"], ZipArchiveMode.Create);
        using var array = zip.CreateEntry(name).Open();
        array.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(header.Length + 1), (byte)((header.Length + 1) >> 8)]);
        array.Write(Encoding.ASCII.GetBytes(header + "\n"));
        array.Write(data);
    }

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(index => (byte)(index * 37 + index / 7))];
}
