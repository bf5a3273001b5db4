using CsCheck;
using GenBench.Core;
using GenBench.Data;
using static TorchSharp.torch;

namespace GenBench.Tests.Data;

public sealed class SamplingTests
{
    private static long[] Draw(EpochSampler sampler, long batch)
    {
        using var indices = sampler.Indices(batch);
        Assert.Equal(ScalarType.Int64, indices.dtype);
        return indices.data<long>().ToArray();
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_and_number() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 20], Gen.ULong, Gen.Long[0, 1000]).Sample((count, size, seed, batch) =>
        {
            var resumed = Draw(new EpochSampler(count, size, seed), batch);
            var running = new EpochSampler(count, size, seed);
            for (var b = Math.Max(0, batch - 3); b < batch; b++)
                Draw(running, b);
            Assert.Equal(resumed, Draw(running, batch));
            Draw(running, 0);
            Assert.Equal(resumed, Draw(running, batch));
        }, iter: 300, threads: 1);

    [Fact]
    public void An_epoch_covers_no_image_twice_and_drops_the_partial_batch()
    {
        var sampler = new EpochSampler(103, 10, 7);
        var epochs = Enumerable.Range(0, 200).Select(e => Enumerable.Range(10 * e, 10).SelectMany(b => Draw(sampler, b)).ToArray()).ToArray();
        Assert.All(epochs, epoch => Assert.Equal(100, epoch.Distinct().Count()));
        Assert.All(epochs, epoch => Assert.All(epoch, index => Assert.InRange(index, 0, 102)));
        Assert.Equal(200, epochs.Select(epoch => string.Join(",", epoch)).Distinct().Count());
        Assert.Equal(103, epochs.SelectMany(epoch => epoch).Distinct().Count());
    }

    [Fact]
    public void Every_image_is_as_likely_in_every_place()
    {
        const int epochs = 20_000;
        var sampler = new EpochSampler(6, 6, 11);
        var counts = new double[6, 6];
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = Draw(sampler, epoch);
            for (var place = 0; place < 6; place++)
                counts[place, order[place]]++;
        }
        var chi2 = counts.Cast<double>().Sum(count => Math.Pow(count - epochs / 6.0, 2) / (epochs / 6.0));
        Assert.InRange(chi2, 25 - 3 * Math.Sqrt(50), 25 + 5 * Math.Sqrt(50)); // 25 degrees of freedom
    }

    [Fact]
    public void Fewer_images_than_a_batch_wrap_around_evenly()
    {
        var sampler = new EpochSampler(3, 8, 1);
        var drawn = Enumerable.Range(0, 3).SelectMany(b => Draw(sampler, b)).ToArray();
        Assert.All(drawn.Chunk(3), epoch => Assert.Equal([0L, 1, 2], epoch.Order()));
    }

    [Fact]
    public void Seeds_give_other_orders()
    {
        Assert.NotEqual(Draw(new EpochSampler(1000, 50, 1), 0), Draw(new EpochSampler(1000, 50, 2), 0));
        Assert.NotEqual(Draw(new EpochSampler(1000, 50, 1), 0), Draw(new EpochSampler(1000, 50, 1), 1));
    }

    [Fact]
    public void Selected_images_come_with_their_labels()
    {
        using var scope = NewDisposeScope();
        using var split = Shapes.Render(0, 0, 40, 8, rgb: true);
        using var resident = new ResidentSplit(split, CPU);
        var (images, labels) = resident.Select(tensor(new[] { 7L, 3, 7 }));
        Assert.Equal(ScalarType.Byte, images.dtype);
        Assert.True(images.Equals(stack([split.Images[7], split.Images[3], split.Images[7]])));
        Assert.True(labels!.Equals(stack([split.Labels![7], split.Labels[3], split.Labels[7]])));
        using var unlabelled = new ResidentSplit(split with { Labels = null }, CPU);
        Assert.Null(unlabelled.Select(tensor(new[] { 0L })).Labels);
    }

    [Fact]
    public void A_resident_split_leaves_its_source_and_no_tensors_behind()
    {
        using var split = Shapes.Render(0, 0, 10, 8, rgb: false);
        using var indices = tensor(new[] { 1L, 2 });
        var before = TensorCount.AfterCollection();
        using (var resident = new ResidentSplit(split, CPU))
        {
            var (images, labels) = resident.Select(indices);
            images.Dispose();
            labels!.Dispose();
        }
        Assert.Equal(before, Tensor.TotalCount);
        Assert.False(split.Images.IsInvalid);
        using var sum = split.Images.sum();
        Assert.True(sum.item<long>() > 0);
    }

    [Fact]
    public void Marked_images_are_mirrored_and_the_others_left()
    {
        using var scope = NewDisposeScope();
        var images = arange(2 * 3 * 2 * 4).reshape(2, 3, 2, 4).to(ScalarType.Byte);
        var flipped = Augmentation.Flip(images, tensor(new[] { true, false }));
        Assert.Equal(ScalarType.Byte, flipped.dtype);
        Assert.Equal([3, 2, 1, 0], flipped[0, 0, 0].data<byte>().ToArray());
        Assert.True(flipped[1].Equals(images[1]));
        Assert.IsAssignableFrom<IAugmentationOptions>(new ShapesOptions());
    }
}
