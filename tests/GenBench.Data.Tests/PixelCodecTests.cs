using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class PixelCodecTests
{
    private static Tensor AllPixels() => arange(256).to(ScalarType.Byte).reshape(2, 2, 8, 8);

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.equal(actual).all().item<bool>());
    }

    [Theory]
    [InlineData(PixelEncoding.Symmetric, 0f)]
    [InlineData(PixelEncoding.Dequantised, 0f)]
    [InlineData(PixelEncoding.Dequantised, 0.5f)]
    [InlineData(PixelEncoding.Dequantised, 0.99999994f)] // the largest float32 below 1
    public void All_256_values_come_back(PixelEncoding encoding, float u)
    {
        using var scope = NewDisposeScope();
        var encoded = PixelCodec.Encode(AllPixels(), encoding, full(AllPixels().shape, u));
        Assert.Equal(ScalarType.Float32, encoded.dtype);
        AssertSame(AllPixels(), PixelCodec.Decode(encoded, encoding));
    }

    [Fact]
    public void All_256_values_come_back_from_drawn_dequantisation_noise()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var images = AllPixels().repeat(1000, 1, 1, 1);
        AssertSame(images, PixelCodec.Decode(PixelCodec.Encode(images, PixelEncoding.Dequantised), PixelEncoding.Dequantised));
    }

    [Fact]
    public void Symmetric_maps_0_and_255_to_the_ends()
    {
        using var scope = NewDisposeScope();
        var encoded = PixelCodec.Encode(AllPixels(), PixelEncoding.Symmetric).flatten();
        Assert.Equal(-1f, encoded[0].item<float>());
        Assert.Equal(1f, encoded[255].item<float>());
        Assert.Equal(51 / 127.5f - 1, encoded[51].item<float>());
    }

    [Fact]
    public void Dequantisation_is_exact_in_float32_and_cut_to_16_bits()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var images = AllPixels().repeat(100, 1, 1, 1);
        var u = rand(images.shape);
        var exact = (images.to(ScalarType.Float64) + (u.to(ScalarType.Float64) * 65536).floor() / 65536) / 128 - 1;
        AssertSame(exact, PixelCodec.Encode(images, PixelEncoding.Dequantised, u).to(ScalarType.Float64));
        var largest = PixelCodec.Encode(full(1, 1, 1, 1, (byte)255, dtype: ScalarType.Byte), PixelEncoding.Dequantised, full(1, 1, 1, 1, 0.99999994f));
        Assert.Equal(1 - 1.0 / (1 << 23), largest.item<float>());
    }

    [Fact]
    public void Binary_draws_have_the_mean_and_variance_of_a_Bernoulli_law()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        const int n = 20_000;
        var draws = PixelCodec.Encode(AllPixels().flatten().expand(n, 256).reshape(n, 1, 16, 16), PixelEncoding.Binary).reshape(n, 256).to(ScalarType.Float64);
        Assert.True((draws.eq(0) | draws.eq(1)).all().item<bool>());
        var p = arange(256, dtype: ScalarType.Float64) / 255;
        var z = (draws.mean([0L]) - p).abs() / (p * (1 - p) / n).sqrt().clamp_min(1e-12);
        Assert.InRange(z.max().item<double>(), 0, 5);
        Assert.InRange(z.pow(2).mean().item<double>(), 0.5, 1.5);
        Assert.Equal(0, draws[.., 0].sum().item<double>());
        Assert.Equal(n, draws[.., 255].sum().item<double>());
    }

    [Fact]
    public void Given_uniforms_decide_the_binary_draw()
    {
        using var scope = NewDisposeScope();
        var images = full(1, 1, 1, 3, (byte)51, dtype: ScalarType.Byte); // 51/255 = 0.2
        var draws = PixelCodec.Encode(images, PixelEncoding.Binary, tensor(new[] { 0f, 0.19f, 0.21f }).reshape(1, 1, 1, 3));
        Assert.Equal([1f, 1f, 0f], draws.data<float>().ToArray());
    }

    [Theory]
    [InlineData(PixelEncoding.Symmetric, 0.5f, 191)] // 191.25
    [InlineData(PixelEncoding.Dequantised, 0.5f, 192)]
    [InlineData(PixelEncoding.Binary, 0.5f, 128)] // 127.5, half to even
    [InlineData(PixelEncoding.Symmetric, -1.01f, 0)]
    [InlineData(PixelEncoding.Dequantised, -7f, 0)]
    [InlineData(PixelEncoding.Binary, -0.01f, 0)]
    [InlineData(PixelEncoding.Symmetric, 1.01f, 255)]
    [InlineData(PixelEncoding.Dequantised, 1f, 255)]
    [InlineData(PixelEncoding.Binary, 1e9f, 255)]
    public void Decoding_rounds_and_clamps(PixelEncoding encoding, float y, int pixel)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(pixel, PixelCodec.Decode(tensor(new[] { y }), encoding).item<byte>());
    }

    [Theory]
    [InlineData(PixelEncoding.Symmetric)]
    [InlineData(PixelEncoding.Dequantised)]
    [InlineData(PixelEncoding.Binary)]
    public void NaN_becomes_0_and_infinities_the_ends(PixelEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var decoded = PixelCodec.Decode(tensor(new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity }), encoding);
        Assert.Equal([0, 255, 0], decoded.data<byte>().ToArray());
    }

    [Fact]
    public void Arguments_are_left_unchanged_and_no_tensor_is_left_over()
    {
        using var images = AllPixels();
        using var uniforms = rand(images.shape);
        using var copy = uniforms.clone();
        foreach (var encoding in Enum.GetValues<PixelEncoding>())
        {
            var before = TensorCount.AfterCollection();
            using (var encoded = PixelCodec.Encode(images, encoding, uniforms))
            using (var same = encoded.clone())
            using (var decoded = PixelCodec.Decode(encoded, encoding))
                Assert.True(same.Equals(encoded));
            Assert.Equal(before, Tensor.TotalCount);
        }
        Assert.True(copy.Equals(uniforms));
    }

    [Fact]
    public void Reals_pass_both_ways_as_they_are_and_as_copies()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new[] { -7.25f, 300, float.NaN, float.PositiveInfinity }).reshape(2, 2, 1, 1);
        var before = points.bytes.ToArray();
        foreach (var encoding in Enum.GetValues<PixelEncoding>())
        {
            var encoded = PixelCodec.Encode(points, encoding);
            Assert.Equal(before, encoded.bytes.ToArray());
            Assert.Equal(before, PixelCodec.Decode(encoded, encoding, DataValues.Reals).bytes.ToArray());
            encoded.zero_();
            Assert.Equal(before, points.bytes.ToArray());
        }
    }

    [Fact]
    public void Wrong_types_and_shapes_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => PixelCodec.Encode(zeros(1, 1, 2, 2, ScalarType.Float64), PixelEncoding.Symmetric));
        Assert.Throws<ArgumentException>(() => PixelCodec.Encode(AllPixels(), PixelEncoding.Binary, rand(2, 2, 8)));
        Assert.Throws<ArgumentException>(() => PixelCodec.Decode(AllPixels(), PixelEncoding.Symmetric));
    }
}
