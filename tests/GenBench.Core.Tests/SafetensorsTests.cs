using System.Text;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Tests.Core;

public sealed class SafetensorsTests
{
    private static byte[] Written(Dictionary<string, Tensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static byte[] File(string header, int data) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[data]];

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["b"] = randn(2, 3),
            ["a.weight"] = randn(4, dtype: ScalarType.Float64),
            ["step"] = tensor(5L),
            ["bytes"] = arange(256).to(ScalarType.Byte),
            ["transposed"] = randn(3, 2).t(),
            ["empty"] = zeros(0, 4),
        };
        var bytes = Written(tensors, new() { ["kind"] = "test" });
        var (read, metadata) = Safetensors.Read(new MemoryStream(bytes));
        Assert.Equal("test", metadata["kind"]);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, value) in tensors)
        {
            Assert.Equal(value.shape, read[name].shape);
            Assert.Equal(value.dtype, read[name].dtype);
            Assert.True(value.equal(read[name]).all().item<bool>(), name);
        }
        Assert.Equal(bytes, Written(read, metadata));
    }

    [Fact]
    public void The_layout_is_the_published_one()
    {
        using var scope = NewDisposeScope();
        var bytes = Written(new() { ["x"] = tensor(new[] { 1f, 2f }) });
        var length = BitConverter.ToInt32(bytes);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd());
        Assert.Equal(2f, BitConverter.ToSingle(bytes, 8 + length + 4));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}""", 9)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12)]
    [InlineData("""{"x":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2]}}""", 8)]
    [InlineData("""{"x":3}""", 8)]
    [InlineData("{", 8)]
    [InlineData("[]", 8)]
    public void A_lying_header_is_refused(string header, int data) =>
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(new MemoryStream(File(header, data))));

    [Fact]
    public void A_header_longer_than_the_file_is_refused_before_anything_is_allocated()
    {
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(new MemoryStream(BitConverter.GetBytes(90_000_000UL))));
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(new MemoryStream(BitConverter.GetBytes(ulong.MaxValue))));
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(new MemoryStream([1, 2])));
    }
}
