using GenBench.Core;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class DatasetBatchesTests
{
    /// <summary>Image i has the value i on its left and 255 − i on its right; its label is i.</summary>
    private static ImageSplit Split()
    {
        var left = arange(40).to(ScalarType.Byte).reshape(40, 1, 1, 1);
        return new ImageSplit(cat([left, 255 - left], 3), arange(40));
    }

    private static DatasetBatches Batches(ImageSplit split, bool flip = false) =>
        new(split, 10, PixelEncoding.Symmetric, flip, seed: 5, CPU);

    [Fact]
    public void An_epoch_draws_every_image_once_with_its_label()
    {
        using var scope = NewDisposeScope();
        using var split = Split();
        using var batches = Batches(split);
        var drawn = Enumerable.Range(0, 4).Select(number => batches.Draw(number)).ToArray();
        var labels = cat([.. drawn.Select(batch => batch.Labels!)]);
        var left = cat([.. drawn.Select(batch => batch.Images)])[.., 0, 0, 0].add(1).mul(127.5).round().to(ScalarType.Int64);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), labels.data<long>().Order());
        Assert.Equal(labels.data<long>(), left.data<long>());
        Assert.NotEqual(labels.data<long>().Order(), labels.data<long>());
    }

    [Fact]
    public void A_batch_is_a_function_of_its_number_and_the_generator()
    {
        using var scope = NewDisposeScope();
        using var split = Split();
        using var batches = Batches(split, flip: true);
        Tensor Draw(long number, long seed)
        {
            random.manual_seed(seed).Dispose();
            return batches.Draw(number).Images;
        }
        var first = Draw(3, seed: 1);
        Draw(17, seed: 9);
        Assert.True(first.equal(Draw(3, seed: 1)).all().item<bool>());
        Assert.False(first.equal(Draw(3, seed: 2)).all().item<bool>());
        Assert.False(first.equal(Draw(4, seed: 1)).all().item<bool>());
    }

    [Fact]
    public void Half_of_the_images_are_mirrored_where_asked()
    {
        using var scope = NewDisposeScope();
        using var split = Split();
        using var batches = Batches(split, flip: true);
        random.manual_seed(0).Dispose();
        // The left value of every image is below the right one unless it is mirrored.
        var drawn = cat([.. Enumerable.Range(0, 40).Select(number => batches.Draw(number).Images)]);
        var mirrored = drawn[.., 0, 0, 0].gt(drawn[.., 0, 0, 1]).sum().item<long>();
        Assert.InRange(mirrored, 160, 240);
    }

    [Fact]
    public void Drawing_leaves_no_tensor_behind()
    {
        using var split = Split();
        using var batches = Batches(split, flip: true);
        var before = TensorCount.AfterCollection();
        for (var number = 0; number < 10; number++)
        {
            using var scope = NewDisposeScope();
            batches.Draw(number);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }
}
