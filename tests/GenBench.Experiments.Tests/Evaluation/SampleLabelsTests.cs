using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Results;
using GenBench.Models;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

public sealed class SampleLabelsTests
{
    private static DrawnSamples Draw(IGenerativeModel model, int count, int batchSize) =>
        SampleDrawer.Draw(model, DirectSampler.Create(new()), count, seed: 1, batchSize, CPU, null, CancellationToken.None);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Image_i_is_asked_for_as_class_i_mod_K_whatever_the_batch(int batchSize)
    {
        using var samples = Draw(new Painter(), 7, batchSize);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2], samples.Labels!.data<long>().ToArray());
        Assert.Equal([0, 10, 20, 30, 0, 10, 20], samples.Images.data<byte>().ToArray());
    }

    [Fact]
    public void A_model_without_classes_is_asked_for_none()
    {
        using var samples = Draw(new Blank(), 2, 2);
        Assert.Null(samples.Labels);
        Assert.Equal([255, 255], samples.Images.data<byte>().ToArray());
    }

    [Fact]
    public void They_are_kept_with_the_samples()
    {
        using var folder = new TemporaryFolder();
        var target = new EvaluationFolder(folder["evaluation"]);
        using var samples = Draw(new Painter(), 7, 3);
        EvaluationStore.WriteSamples(target, samples.Images, samples.Labels);
        using var labels = EvaluationStore.ReadLabels(target);
        using var images = EvaluationStore.ReadSamples(target);
        Assert.Equal(samples.Labels!.data<long>().ToArray(), labels!.data<long>().ToArray());
        Assert.Equal(samples.Images.data<byte>().ToArray(), images.data<byte>().ToArray());

        EvaluationStore.WriteSamples(target, samples.Images);
        Assert.Null(EvaluationStore.ReadLabels(target));
    }

    /// <summary>Paints what it is asked for: pixels of ten times the class, white without one.</summary>
    private class Blank : IDirectSampler
    {
        public nn.Module Network => throw new NotSupportedException();

        public IReadOnlyList<Stage> Stages => [];

        public PixelEncoding Encoding => PixelEncoding.Symmetric;

        public long MacsPerEvaluation => 0;

        public Tensor Sample(DirectSampleRequest request)
        {
            var pixels = request.Labels is null ? full(request.Noise.Count, 255f) : (request.Labels * 10).to(ScalarType.Float32);
            return (pixels / 127.5 - 1).view(-1, 1, 1, 1);
        }
    }

    private sealed class Painter : Blank, IConditionalModel
    {
        public int Classes => 4;
    }
}
