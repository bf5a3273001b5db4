using GenBench.Core;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Tests.Experiments.Training;
using GenBench.Tests.Results;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>Evaluations that are stopped between two batches and go on.</summary>
public sealed class ShardTests : IDisposable
{
    private const int Count = 23, BatchSize = 5;
    private readonly TemporaryFolder folder = new();
    private readonly MessageList messages = [];
    private readonly Model model = new();

    public void Dispose() => folder.Dispose();

    private string Path => folder["shards"];

    private ShardFolder Shards => new(Path, CPU, messages);

    private DrawnSamples Draw(ShardFolder? shards = null) =>
        SampleDrawer.Draw(model, model, Count, seed: 3, BatchSize, CPU, progress: null, CancellationToken.None, shards: shards);

    private void Stopped(int after)
    {
        model.Left = after;
        Assert.Throws<TimeoutException>(() => Draw(Shards));
        model.Left = int.MaxValue;
        model.Batches.Clear();
    }

    [Fact]
    public void Sampling_goes_on_from_the_images_that_it_had_and_ends_with_the_same_bytes()
    {
        using var undisturbed = Draw();
        model.Batches.Clear();
        Stopped(after: 2);
        Assert.Equal(2, Directory.GetFiles(Path).Length);
        var shards = Shards;
        using var resumed = Draw(shards);
        Assert.True(shards.BitReproducible);
        Assert.Equal([10, 15, 20], model.Batches);
        Assert.True(undisturbed.Images.bytes.SequenceEqual(resumed.Images.bytes));
        Assert.Equal(undisturbed.Nfe, resumed.Nfe);
        Shards.Remove();
        Assert.False(Directory.Exists(Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_broken_shard_is_named_and_its_images_are_drawn_again(bool truncated)
    {
        using var undisturbed = Draw();
        Stopped(after: 3);
        var broken = Directory.GetFiles(Path).Order(StringComparer.Ordinal).ElementAt(1);
        var bytes = File.ReadAllBytes(broken);
        bytes[^1] ^= 1;
        File.WriteAllBytes(broken, truncated ? bytes[..^7] : bytes);
        using var resumed = Draw(Shards);
        Assert.Equal([5, 15, 20], model.Batches);
        Assert.True(undisturbed.Images.bytes.SequenceEqual(resumed.Images.bytes));
        Assert.Contains(broken, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Going_on_with_another_thread_count_is_said_and_remembered()
    {
        var threads = get_num_threads();
        set_num_threads(threads + 1);
        Stopped(after: 2);
        set_num_threads(threads);
        var shards = Shards;
        using var resumed = Draw(shards);
        Assert.Equal([10, 15, 20], model.Batches);
        Assert.False(shards.BitReproducible);
        Assert.Contains("no longer bit-reproducible", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Network_evaluations_are_summed_over_the_shards()
    {
        // Images 0–9 take 2, images 10–22 take 4: (10 · 2 + 13 · 4) / 23 = 3.13.
        model.Nfe = first => first < 10 ? 2 : 4;
        Stopped(after: 3);
        using var resumed = Draw(Shards);
        Assert.Equal(3, resumed.Nfe);
    }

    [Fact]
    public void Likelihood_goes_on_from_the_batches_that_it_had_and_ends_with_the_same_rows()
    {
        using var test = new ImageSplit(randint(0, 256, [Count, 1, 2, 2], ScalarType.Byte), null);
        var dataset = new Dataset("noise", new DataSpec(new ImageShape(1, 2, 2), 0), test, test, test, [], "");
        var (spec, evaluation) = (new LikelihoodSpec { Images = Count }, new EvaluationSpec { BatchSize = BatchSize });
        IReadOnlyList<GenBench.Experiments.Results.MetricRow> Evaluate(ShardFolder? shards) =>
            LikelihoodEvaluator.Evaluate(model, dataset, spec, evaluation, CPU, progress: null, CancellationToken.None, shards);
        var undisturbed = Evaluate(null);
        Assert.Equal(["second", "first"], undisturbed.Select(row => row.Kind));
        model.Left = 3;
        Assert.Throws<TimeoutException>(() => Evaluate(Shards));
        model.Left = int.MaxValue;
        model.Batches.Clear();
        Assert.Equal(undisturbed, Evaluate(Shards));
        Assert.Equal(2, model.Batches.Count);
    }

    /// <summary>Images of noise; stops as if killed once its calls are used up. As many classes as images: a label is an index.</summary>
    private sealed class Model : IConditionalModel, ILikelihoodModel, ISampler
    {
        public int Left { get; set; } = int.MaxValue;

        public List<long> Batches { get; } = [];

        public Func<long, int> Nfe { get; set; } = _ => 7;

        public int Classes => Count;

        public nn.Module Network => throw new NotSupportedException();

        public IReadOnlyList<Stage> Stages => [];

        public PixelEncoding Encoding => PixelEncoding.Symmetric;

        public long MacsPerEvaluation => 1;

        public bool Fits(IGenerativeModel model) => true;

        public Samples Sample(IGenerativeModel model, SampleRequest request)
        {
            var first = request.Labels![0].item<long>();
            Called(first);
            return new Samples(request.Noise.Normal(0, 1, 2, 2).clamp(-1, 1), Nfe(first));
        }

        public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
        {
            Called(0);
            var values = batch.Images.flatten(1).sum(1);
            return [new LikelihoodEstimate("second", "nats", values), new LikelihoodEstimate("first", "bits/dim", values / 3)];
        }

        private void Called(long first)
        {
            if (Left-- <= 0)
                throw new TimeoutException("killed");
            Batches.Add(first);
        }
    }
}
