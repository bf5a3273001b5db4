using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.SampleSets;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.SampleSets;

/// <summary>Thousands of damaged <c>.npy</c> and <c>.npz</c> files: each is read or refused in one line, at once and in little memory.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int Each = 400;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static readonly byte[] Features = NpyBytes.Of(NpyBytes.Header("<f4", false, "7, 5"), NpyBytes.Data([.. Enumerable.Range(0, 35).Select(i => (float)i)]));
    private static readonly byte[] Turned = NpyBytes.Of(NpyBytes.Header(">f8", true, "4, 3"), NpyBytes.Reversed([.. Enumerable.Range(0, 12).Select(i => (double)i)]));
    private static readonly byte[] Mean = NpyBytes.Of(NpyBytes.Header("<f8", false, "3,"), NpyBytes.Data(1.0, 2, 3));
    private static readonly byte[] Covariance = NpyBytes.Of(NpyBytes.Header("<f8", false, "3, 3"), NpyBytes.Data(2.0, 0, 0, 0, 2, 0, 0, 0, 2));
    private static readonly byte[] Images = NpyBytes.Of(NpyBytes.Header("|u1", false, "6, 4, 4, 3"), [.. Enumerable.Range(0, 288).Select(i => (byte)i)]);

    /// <summary>Damage to the file itself, and, for archives, damage inside with lengths and checksums that are right again.</summary>
    public static TheoryData<string, Func<Random, byte[]>> Files => new()
    {
        { "a.npy", random => Damaged(Features, random) },
        { "b.npy", random => Damaged(Turned, random) },
        { "c.npz", random => Damaged(NpyBytes.Zip(CompressionLevel.NoCompression, ("mu", Mean), ("sigma", Covariance)), random) },
        { "d.npz", random => Damaged(NpyBytes.Zip(CompressionLevel.Optimal, ("mu", Mean), ("sigma", Covariance)), random) },
        { "e.npz", random => NpyBytes.Zip(CompressionLevel.Optimal, ("mu", Damaged(Mean, random)), ("sigma", Damaged(Covariance, random))) },
        { "f.npz", random => Damaged(NpyBytes.Zip(CompressionLevel.NoCompression, ("arr_0", Images)), random) },
        { "g.npz", random => Damaged(NpyBytes.Zip(CompressionLevel.Optimal, ("arr_0", Images)), random) },
        { "h.npz", random => NpyBytes.Zip(CompressionLevel.Optimal, ("arr_0", Damaged(Images, random))) },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void A_damaged_file_is_read_or_refused_at_once_and_in_little_memory(string name, Func<Random, byte[]> damage)
    {
        var reader = new SampleSetReader(Registry.BuiltIn, folder.Path, resize: null);
        var random = new Random(name[0]);
        var (refused, slowest, tensors) = (0, TimeSpan.Zero, TensorCount.AfterCollection());
        using var process = Process.GetCurrentProcess();
        var resident = process.PeakWorkingSet64;
        for (var i = 0; i < Each; i++)
        {
            File.WriteAllBytes(folder[name], damage(random));
            var (clock, allocated) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            try
            {
                using var set = reader.Open(folder[name], (_, _) => { }, CancellationToken.None);
                if (set is ImageSet { Images: var images })
                    Assert.Equal(images.Count, images.Batches(4).Sum(batch => batch.Count));
            }
            catch (BadInputException error)
            {
                Assert.StartsWith(folder[name], error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 8 << 20);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }
        process.Refresh();
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.True(process.PeakWorkingSet64 - resident < 200 << 20);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        // Damage to the numbers alone is no damage to the file.
        Assert.InRange(refused, Each / 4, Each);
    }

    private static byte[] Damaged(byte[] whole, Random random)
    {
        byte[] bytes = [.. whole];
        switch (random.Next(4))
        {
            case 0: // cut off
                return bytes[..random.Next(bytes.Length)];
            case 1: // another number in the header, where there is one
                return Lying(bytes, random);
            case 2: // a piece of noise
                var start = random.Next(bytes.Length);
                random.NextBytes(bytes.AsSpan(start, Math.Min(8, bytes.Length - start)));
                return bytes;
        }
        for (var flips = random.Next(1, 5); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    /// <summary>Replaces a digit of the shape by something else of any length; elsewhere in a zip the length then is wrong as well.</summary>
    private static byte[] Lying(byte[] bytes, Random random)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var shape = text.IndexOf("'shape': (", StringComparison.Ordinal);
        if (shape < 0)
            return bytes[random.Next(bytes.Length)..];
        var digit = shape + "'shape': (".Length;
        string[] lies = ["0", "-1", "9", "65536", "4294967295", "9223372036854775807", "99999999999999999999", "1e9", "", "(", "True", random.Next().ToString(CultureInfo.InvariantCulture)];
        return Encoding.Latin1.GetBytes(text[..digit] + lies[random.Next(lies.Length)] + text[(digit + 1)..]);
    }
}
