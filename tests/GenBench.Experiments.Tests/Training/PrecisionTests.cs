using GenBench.Experiments.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class PrecisionTests
{
    [Fact]
    public void Autocast_computes_products_in_bfloat16_with_float32_weights_and_gradients()
    {
        using var scope = NewDisposeScope();
        var network = nn.Linear(4, 4);
        var x = randn(2, 4);
        var autocast = Autocast.Find(DeviceType.CPU);
        Assert.NotNull(autocast);
        Tensor y;
        using (autocast.Enter())
            y = network.call(x);
        Assert.Equal(ScalarType.BFloat16, y.dtype);
        Assert.Equal(ScalarType.Float32, network.call(x).dtype);
        y.to(ScalarType.Float32).sum().backward();
        Assert.Equal(ScalarType.Float32, network.weight.grad!.dtype);
        Assert.Equal((double)x.sum(dim: 0)[1].item<float>(), network.weight.grad[2, 1].item<float>(), 0.05);
    }

    [Fact]
    public void Tf32_is_on_for_the_run_alone()
    {
        var before = (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);
        using (new Precision("tf32", CPU))
            Assert.Equal((true, true), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
        using (new Precision("float32", CPU))
            Assert.Equal((false, false), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
        Assert.Equal(before, (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
    }
}
