using CsCheck;
using GenBench.Data;

namespace GenBench.Tests.Data;

public sealed class ImageResamplerTests
{
    private static byte[] Resize(byte[] plane, int height, int width, int resolution, string filter)
    {
        var target = new byte[resolution * resolution];
        new ImageResampler(resolution, filter).Resize(plane, height, width, target);
        return target;
    }

    [Theory]
    [InlineData("area")]
    [InlineData("lanczos")]
    public void A_constant_stays_what_it_is(string filter) =>
        Gen.Select(Gen.Byte, Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[8, 70]).Sample((value, height, width, resolution) =>
            Assert.All(Resize([.. Enumerable.Repeat(value, height * width)], height, width, resolution, filter), pixel => Assert.Equal(value, pixel)));

    [Fact]
    public void Area_is_the_mean_over_the_area_of_each_new_pixel() =>
        Gen.Select(Gen.Int[1, 24], Gen.Int[1, 24], Gen.Int[1, 24], Gen.Int[0, 1000]).Sample((height, width, resolution, seed) =>
        {
            var plane = new byte[height * width];
            new Random(seed).NextBytes(plane);
            var resized = Resize(plane, height, width, resolution, "area");
            // The same by brute force: each old pixel made of resolution², each new one of height · width small squares.
            for (var y = 0; y < resolution; y++)
                for (var x = 0; x < resolution; x++)
                {
                    var sum = 0L;
                    for (var v = y * height; v < (y + 1) * height; v++)
                        for (var u = x * width; u < (x + 1) * width; u++)
                            sum += plane[v / resolution * width + u / resolution];
                    Assert.Equal((double)sum / (height * width), resized[y * resolution + x], 0.5 + 1e-9);
                }
        }, iter: 200);

    [Fact]
    public void Halves_round_to_even()
    {
        byte[] plane = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)(i % 2 == 0 ? 100 : i / 32 % 2 == 0 ? 101 : 103))];
        var resized = Resize(plane, 16, 16, 8, "area");
        Assert.Equal(100, resized[0]); // 100.5
        Assert.Equal(102, resized[8]); // 101.5
    }

    [Fact]
    public void Lanczos_interpolates_a_slope_and_damps_what_is_too_fine()
    {
        byte[] slope = [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 64 * 3 + 20))];
        var larger = Resize(slope, 64, 64, 128, "lanczos");
        for (var x = 16; x < 112; x++)
            Assert.Equal(20 + 3 * ((x + 0.5) / 2 - 0.5), larger[64 * 128 + x], 1.0);
        // Columns of period two have no place in a quarter of the pixels: their mean is left, and away from the border little else.
        byte[] stripes = [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 2 * 200))];
        var smaller = Resize(stripes, 64, 64, 16, "lanczos");
        Assert.All(Enumerable.Range(3, 10).Select(x => smaller[8 * 16 + x]), value => Assert.InRange(value, 95, 105));
    }

    [Fact]
    public void Lanczos_weights_are_those_of_the_definition()
    {
        // One bright pixel on black, 8 to 16: a new pixel i has the centre (i + ½)/2, and L(x) = sinc(x) sinc(x/3), normalised.
        var plane = new byte[64];
        for (var y = 0; y < 8; y++)
            plane[y * 8 + 4] = 200;
        var resized = Resize(plane, 8, 8, 16, "lanczos");
        for (var i = 0; i < 16; i++)
        {
            var weights = Enumerable.Range(0, 8).Select(k => Kernel(k + 0.5 - (i + 0.5) / 2)).ToArray();
            Assert.Equal(Math.Clamp(200 * weights[4] / weights.Sum(), 0, 255), resized[i], 0.51);
        }

        static double Kernel(double x) => x == 0 ? 1 : Math.Abs(x) >= 3 ? 0 : 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x);
    }

    [Fact]
    public void The_pixels_are_frozen()
    {
        // Made by this code; datasets are known by the checksum of such bytes.
        var plane = IdxBytes.Ramp(28 * 28);
        Assert.Equal("15a17adedfda688f2b617e49723f604e", IdxBytes.Md5([.. Resize(plane, 28, 28, 20, "area"), .. Resize(plane, 28, 28, 20, "lanczos"), .. Resize(plane, 28, 28, 64, "lanczos")]));
    }
}
