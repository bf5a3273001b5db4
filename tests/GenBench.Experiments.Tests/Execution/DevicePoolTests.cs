using GenBench.Experiments.Execution;

namespace GenBench.Tests.Experiments.Execution;

public sealed class DevicePoolTests
{
    [Theory]
    [InlineData("auto", 3, 3, new[] { "cuda:0", "cuda:1", "cuda:2" })]
    [InlineData("cuda", 3, 2, new[] { "cuda:0", "cuda:1", "cuda:0" })]
    [InlineData("cuda:1", 2, 2, new[] { "cuda:1", "cuda:1" })]
    [InlineData("auto", 2, 1, new[] { "auto", "auto" })]
    [InlineData("auto", 2, 0, new[] { "auto", "auto" })]
    [InlineData("cpu", 2, 2, new[] { "cpu", "cpu" })]
    public void Each_worker_has_its_own_gpu_where_there_are_several_and_none_is_named(string device, int workers, int gpus, string[] expected)
    {
        var pool = new DevicePool(device, workers, gpus);
        Assert.Equal(expected, Enumerable.Range(0, workers).Select(_ => pool.Take()));
        Assert.Throws<InvalidOperationException>(() => pool.Take());
    }

    [Fact]
    public void A_device_given_back_is_the_next_ones()
    {
        var pool = new DevicePool("auto", 2, 2);
        Assert.Equal("cuda:0", pool.Take());
        Assert.Equal("cuda:1", pool.Take());
        pool.Return("cuda:1");
        Assert.Equal("cuda:1", pool.Take());
    }
}
