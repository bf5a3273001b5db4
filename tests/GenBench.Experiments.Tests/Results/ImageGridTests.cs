using GenBench.Experiments.Results;
using SkiaSharp;

namespace GenBench.Tests.Results;

public sealed class ImageGridTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pixels_are_enlarged_in_place_and_images_are_set_row_by_row()
    {
        // Three 1x2 images in two columns at scale 3, gaps of 2.
        ImageGrid.Write(folder["a.png"], [10, 20, 30, 40, 50, 60], 3, 1, 2, 1, columns: 2, scale: 3);

        using var png = SKBitmap.Decode(folder["a.png"]);
        Assert.Equal((2 + 2 * (6 + 2), 2 + 2 * (3 + 2)), (png.Width, png.Height));
        Assert.Equal(new SKColor(10, 10, 10), png.GetPixel(2, 2));
        Assert.Equal(new SKColor(10, 10, 10), png.GetPixel(4, 4));
        Assert.Equal(new SKColor(20, 20, 20), png.GetPixel(5, 2));
        Assert.Equal(new SKColor(30, 30, 30), png.GetPixel(10, 4));
        Assert.Equal(new SKColor(50, 50, 50), png.GetPixel(2, 7));
        Assert.Equal(SKColors.White, png.GetPixel(8, 2));
        Assert.Equal(SKColors.White, png.GetPixel(10, 7)); // there is no fourth image
    }

    [Fact]
    public void Colours_keep_their_channels()
    {
        ImageGrid.Write(folder["a.png"], [250, 100, 5], 1, 1, 1, 3, columns: 8, scale: 1);

        using var png = SKBitmap.Decode(folder["a.png"]);
        Assert.Equal((5, 5), (png.Width, png.Height));
        Assert.Equal(new SKColor(250, 100, 5), png.GetPixel(2, 2));
    }

    [Fact]
    public void Equal_images_give_equal_bytes()
    {
        foreach (var name in new[] { "a.png", "b.png" })
            ImageGrid.Write(folder[name], [1, 2, 3, 4], 1, 2, 2, 1, columns: 1, scale: 4);

        Assert.Equal(File.ReadAllBytes(folder["a.png"]), File.ReadAllBytes(folder["b.png"]));
    }

    [Fact]
    public void Images_of_another_size_than_said_are_refused() =>
        Assert.Throws<ArgumentException>(() => ImageGrid.Write(folder["a.png"], [1, 2, 3], 1, 2, 2, 1, columns: 1, scale: 1));
}
