using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class ShapesTests
{
    private static bool Same(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.equal(b).all().item<bool>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_is_a_function_of_seed_and_index_alone(bool rgb)
    {
        using var scope = NewDisposeScope();
        using var whole = Shapes.Render(5, 100, 50, 16, rgb);
        using var part = Shapes.Render(5, 120, 10, 16, rgb);
        using var other = Shapes.Render(6, 120, 10, 16, rgb);
        Assert.True(Same(whole.Images[20..30], part.Images));
        Assert.True(Same(whole.Labels![20..30], part.Labels!));
        Assert.False(Same(other.Images, part.Images));
        Assert.Equal(50, whole.Images.to(ScalarType.Int32).flatten(1).unique(dim: 0).output.shape[0]);
    }

    [Fact]
    public void The_pixels_never_change()
    {
        // Made by this code; frozen because classifiers are trained on these images. A change here is a new dataset.
        using var gray = Shapes.Render(0, 0, 500, 16, rgb: false);
        using var color = Shapes.Render(0, Shapes.FirstTest, 500, 32, rgb: true);
        Assert.Equal("942f175545c2308f6ada51260acfa7baacab6cacedc0091129b5e20e35cfa190", DatasetChecksum.Of(gray, color));
    }

    [Fact]
    public void Every_scene_covers_the_area_that_its_shape_has()
    {
        // Areas within the unit circle, by plane geometry; a star is 5 kites with diagonals 1 and 2·0.38·sin 36°.
        var lens = Lens(1, 0.8, 0.55);
        var areas = new Dictionary<string, double>
        {
            ["disc"] = Math.PI,
            ["ring"] = Math.PI * (1 - 0.55 * 0.55),
            ["square"] = 2,
            ["bar"] = 4 * 0.27 * Math.Sqrt(1 - 0.27 * 0.27),
            ["triangle"] = 3 * Math.Sqrt(3) / 4,
            ["cross"] = 8 * 0.27 * Math.Sqrt(1 - 0.27 * 0.27) - 4 * 0.27 * 0.27,
            ["star"] = 5 * 0.38 * Math.Sin(Math.PI / 5),
            ["crescent"] = Math.PI - lens,
            ["semicircle"] = Math.PI / 2,
            ["pair"] = 2 * Math.PI * 0.16,
        };
        const int resolution = 128;
        var pixels = new byte[resolution * resolution];
        for (var i = 0; i < 40; i++)
        {
            var scene = ShapeScene.Draw(9, i, rgb: false) with { Foreground = [1], Background = [0] };
            scene.Paint(pixels, resolution);
            var area = pixels.Sum(pixel => pixel / 255.0) * 4 / (resolution * resolution) / (scene.Radius * scene.Radius);
            Assert.InRange(area / areas[ShapeClass.All[scene.Label].Name], 0.99, 1.01);
        }
    }

    /// <summary>Area that two discs have in common.</summary>
    private static double Lens(double a, double b, double d)
    {
        var x = (d * d + a * a - b * b) / (2 * d);
        var height = Math.Sqrt(a * a - x * x);
        return a * a * Math.Acos(x / a) + b * b * Math.Acos((d - x) / b) - d * height;
    }

    [Fact]
    public void Distances_to_the_outlines_are_right_at_points_known_by_hand()
    {
        var distance = ShapeClass.All.ToDictionary(shape => shape.Name, shape => shape.Distance);
        Assert.Equal(-1, distance["disc"](new(0, 0)), 9);
        Assert.Equal(0.55, distance["ring"](new(0, 0)), 9);
        Assert.Equal(-Math.Sqrt(0.5), distance["square"](new(0, 0)), 8);
        Assert.Equal(1, distance["square"](new(2, 0)), 8);
        Assert.Equal(-0.5, distance["triangle"](new(0, 0)), 8);
        Assert.Equal(-0.27, distance["bar"](new(0, 0)), 9);
        Assert.Equal(0.73, distance["bar"](new(0, 1)), 9);
        Assert.Equal(-0.27 * Math.Sqrt(2), distance["cross"](new(0, 0)), 9);
        Assert.Equal(0.2, distance["pair"](new(0, 0)), 9);
        Assert.Equal(-0.5, distance["semicircle"](new(-0.5, 0)), 9);
        Assert.True(distance["star"](new(0.95, 0)) < 0 && distance["star"](new(-0.95, 0)) > 0);
        Assert.True(distance["crescent"](new(-0.5, 0)) < 0 && distance["crescent"](new(0.5, 0)) > 0);
    }

    [Fact]
    public void Shapes_stay_inside_the_image_and_stand_out_from_the_background()
    {
        using var scope = NewDisposeScope();
        using var split = Shapes.Render(1, 0, 200, 64, rgb: false);
        var images = split.Images.to(ScalarType.Int32)[.., 0];
        var background = images[.., 0, 0].reshape(-1, 1);
        foreach (var side in new[] { images[.., 0, ..], images[.., 63, ..], images[.., .., 0], images[.., .., 63] })
            Assert.True(side.eq(background).all().item<bool>());
        Assert.InRange((images.flatten(1).amax(1) - background.flatten()).min().item<int>(), 60, 255);
    }

    [Fact]
    public void Classes_are_even_and_positions_and_angles_spread()
    {
        const int n = 20_000;
        var scenes = Enumerable.Range(0, n).Select(i => ShapeScene.Draw(2, i, rgb: true)).ToArray();
        var chi2 = scenes.CountBy(scene => scene.Label).Sum(pair => Math.Pow(pair.Value - n / 10.0, 2) / (n / 10.0));
        Assert.InRange(chi2, 9 - 3 * Math.Sqrt(18), 9 + 5 * Math.Sqrt(18));
        Assert.InRange(scenes.Average(scene => scene.Axis.X), -5 * Math.Sqrt(0.5 / n), 5 * Math.Sqrt(0.5 / n));
        Assert.InRange(scenes.Average(scene => scene.Axis.X * scene.Axis.X), 0.5 - 0.02, 0.5 + 0.02);
        Assert.All(scenes, scene => Assert.Equal(1, scene.Axis.Length, 12));
        Assert.InRange(scenes.Average(scene => scene.Centre.X), -0.01, 0.01);
        Assert.InRange(scenes.Average(scene => scene.Radius), 0.735, 0.745);
        Assert.All(scenes, scene => Assert.True(scene.Foreground.Max() >= 0.7 && scene.Foreground.Concat(scene.Background).All(c => c is >= 0 and <= 1)));
    }

    [Fact]
    public void Another_resolution_shows_the_same_scene()
    {
        using var scope = NewDisposeScope();
        using var small = Shapes.Render(3, 0, 50, 16, rgb: true);
        using var large = Shapes.Render(3, 0, 50, 64, rgb: true);
        Assert.True(Same(small.Labels!, large.Labels!));
        var shrunk = TorchSharp.torch.nn.functional.avg_pool2d(large.Images.to(ScalarType.Float32), 4);
        var difference = (shrunk - small.Images.to(ScalarType.Float32)).abs();
        Assert.InRange(difference.mean().item<float>(), 0, 1.5);
    }

    [Fact]
    public void Splits_are_disjoint_and_do_not_depend_on_each_others_size()
    {
        using var scope = NewDisposeScope();
        using var small = Shapes.Open(new() { Train = 30, Validation = 10, Test = 20, Seed = 4 }, "");
        using var large = Shapes.Open(new() { Train = 90, Validation = 40, Test = 50, Seed = 4 }, "");
        Assert.True(Same(small.Train.Images, large.Train.Images[..30]));
        Assert.True(Same(small.Validation.Images, large.Validation.Images[..10]));
        Assert.True(Same(small.Test.Images, large.Test.Images[..20]));
        using var fresh = Shapes.Render(4, Shapes.FirstFresh, 50, 16, rgb: false);
        var all = cat([large.Train.Images, large.Validation.Images, large.Test.Images, fresh.Images]).to(ScalarType.Int32);
        Assert.Equal(230, all.flatten(1).unique(dim: 0).output.shape[0]);
        Assert.NotEqual(small.Checksum, large.Checksum);
        Assert.Equal(new DataSpec(new ImageShape(1, 16, 16), 10), small.Spec);
        Assert.Equal(10, small.ClassNames.Count);
    }

    [Fact]
    public void The_description_fits_what_is_opened()
    {
        var options = new ShapesOptions { Resolution = 20, Color = "rgb", Train = 3, Validation = 0, Test = 2 };
        using var dataset = Shapes.Open(options, "");
        Assert.Equal(Shapes.Describe(options), dataset.Spec);
        Assert.Equal([3, 3, 20, 20], dataset.Train.Images.shape);
        Assert.Equal([0, 3, 20, 20], dataset.Validation.Images.shape);
    }

    [Theory]
    [InlineData(7, "gray", 10, "resolution")]
    [InlineData(513, "gray", 10, "resolution")]
    [InlineData(16, "grey", 10, "color")]
    [InlineData(16, "gray", 0, "train")]
    [InlineData(512, "rgb", 10_000, "train")]
    public void Options_out_of_range_are_named(int resolution, string color, int train, string option)
    {
        var error = Assert.Throws<InvalidOptionException>(() => Shapes.Describe(new() { Resolution = resolution, Color = color, Train = train }));
        Assert.Equal(option, error.Option);
        Assert.Contains("must be", error.Reason, StringComparison.Ordinal);
    }
}
