using GenBench.Experiments.Results;
using SkiaSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Results;

public sealed class NeighbourPanelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_sample_stands_left_of_its_neighbour_and_the_nearest_pair_comes_first()
    {
        using var scope = NewDisposeScope();
        var samples = tensor(new byte[] { 10, 20, 30 }).reshape(3, 1, 1, 1);
        var train = tensor(new byte[] { 100, 110 }).reshape(2, 1, 1, 1);
        NeighbourPanel.Write(folder["a.png"], samples, train, [1, 0, 1], [3.0, 2.0, 1.0], pairs: 2, columns: 1, scale: 1);

        using var png = SKBitmap.Decode(folder["a.png"]);
        byte[] drawn = [.. new[] { (2, 2), (5, 2), (2, 5), (5, 5) }.Select(at => png.GetPixel(at.Item1, at.Item2).Red)];
        Assert.Equal([30, 110, 20, 100], drawn);
        Assert.Equal((8, 8), (png.Width, png.Height));
    }

    [Fact]
    public void Neighbours_of_other_samples_are_refused()
    {
        using var scope = NewDisposeScope();
        var images = zeros([2, 1, 1, 1], ScalarType.Byte);
        Assert.Throws<ArgumentException>(() => NeighbourPanel.Write(folder["a.png"], images, images, [0], [1.0]));
    }
}
