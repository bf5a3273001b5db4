using System.Diagnostics;
using System.Globalization;
using GenBench.Core;
using GenBench.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Data.Folders;

/// <summary>What a folder of MNIST's 60,000 training images as PNGs costs. It needs the machine to itself: the bounds are
/// of the clock, on two processors.</summary>
public sealed class LargeFolderTests(ITestOutputHelper output) : IDisposable
{
    private const int Count = 60_000;

    private static readonly ImageFolderOptions Options = new() { Folder = "mnist-png", Resolution = 28, Color = "gray", ClassCount = 10 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Explicit = true)]
    public void Sixty_thousand_pngs_are_packed_opened_again_and_gathered_from_in_time_and_in_flat_memory()
    {
        Write(GenuineDataTests.DataFolder(Mnist.Name));
        var memory = new MemoryWatch();
        var packing = Timed("packed", () => Open(memory));
        var opening = Enumerable.Range(0, 5).Select(_ => Timed("opened again", () => Open(null))).Order().ElementAt(2);
        var gathering = Gather();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Count / packing:0} images/s; opened again in {opening:0.000} s (median of 5); batch of 256 in {gathering * 1000:0.000} ms (median of 2000)"));
        output.WriteLine($"private memory: {memory}");
        Assert.True(Count / packing >= 3_000);
        Assert.True(opening < 1);
        Assert.True(gathering < 0.001);
        Assert.True(memory.Growth < 64 << 20);
    }

    private void Open(IProgress<DataProgress>? progress) => Images.Open(Options, folder.Path, progress).Dispose();

    private double Timed(string what, Action action)
    {
        var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        action();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {clock.Elapsed.TotalSeconds:0.000} s by the clock, {(Environment.CpuUsage.TotalTime - processor).TotalSeconds:0.000} s of processors"));
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Median seconds of a batch of 256 by index.</summary>
    private double Gather()
    {
        using var dataset = Images.Open(Options, folder.Path);
        using var split = new ResidentSplit(dataset.Train, CPU);
        var sampler = new EpochSampler(dataset.Train.Count, 256, seed: 3);
        return Enumerable.Range(0, 2000).Select(batch =>
        {
            using var scope = NewDisposeScope();
            var indices = sampler.Indices(batch);
            var clock = Stopwatch.GetTimestamp();
            split.Select(indices);
            return Stopwatch.GetElapsedTime(clock).TotalSeconds;
        }).Order().ElementAt(1000);
    }

    private void Write(string dataFolder)
    {
        using var dataset = Mnist.Open(new() { Validation = 0 }, dataFolder);
        var (pixels, labels) = (dataset.Train.Images.bytes.ToArray(), dataset.Train.Labels!.data<long>().ToArray());
        for (var label = 0; label < 10; label++)
            Directory.CreateDirectory(Path.Combine(folder.Path, Options.Folder, $"{label}"));
        Parallel.For(0, Count, i =>
        {
            using var bitmap = new SKBitmap(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque));
            pixels.AsSpan(784 * i, 784).CopyTo(bitmap.GetPixelSpan());
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(Path.Combine(folder.Path, Options.Folder, $"{labels[i]}", $"{i:00000}.png"), png.ToArray());
        });
    }

    /// <summary>What is resident of this process and of no file while images are packed: mapped pages do not count.</summary>
    private sealed class MemoryWatch : IProgress<DataProgress>
    {
        private readonly List<(long Done, long Bytes)> seen = [];

        /// <summary>By how much it was larger after the first quarter of the images than at that quarter's end.</summary>
        public long Growth => seen.Where(each => each.Done > Count / 4).Max(each => each.Bytes) - seen.Last(each => each.Done <= Count / 4).Bytes;

        public void Report(DataProgress value)
        {
            lock (seen)
                seen.Add((value.Done, PeakMemory.Field("RssAnon:")));
        }

        public override string ToString() => string.Join(", ", seen.OrderBy(each => each.Done)
            .Where((_, i) => i % 40 == 0).Select(each => $"{each.Bytes >> 20} MB at {each.Done}"));
    }
}
