using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments.Matrix;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>Images drawn from a model, as pixels.</summary>
/// <param name="Images">uint8, of reals float32, [N, C, H, W], on the CPU.</param>
/// <param name="Labels">The class asked for with each, int64 [N], on the CPU; null where the model takes none.</param>
/// <param name="Nfe">Network evaluations spent on each image, the mean over all.</param>
public sealed record DrawnSamples(Tensor Images, Tensor? Labels, int Nfe) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels?.Dispose();
    }
}

/// <summary>How far the drawing of samples is.</summary>
/// <param name="Images">Images done, fractions for those under way; those of the first batch count once it is done.</param>
/// <param name="Evaluations">Network evaluations done in the present batch.</param>
public readonly record struct DrawProgress(double Images, int Evaluations);

/// <summary>Draws the images of an evaluation, batch by batch. Image i depends on (seed, i) and the weights alone.</summary>
public static class SampleDrawer
{
    /// <summary>Draws <paramref name="count"/> images.</summary>
    /// <param name="model">The trained model, in evaluation mode.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Seed of the sample.</param>
    /// <param name="batchSize">Images per network call.</param>
    /// <param name="device">Where the model is.</param>
    /// <param name="progress">Told before each network evaluation, or null.</param>
    /// <param name="cancellation">Checked before each network evaluation.</param>
    /// <param name="classes">The classes to ask a conditional model for in turn; null for all of them.</param>
    /// <param name="values">What the data are that the model was trained on.</param>
    /// <param name="shards">Where each batch is kept until all are done; those that are there already are not drawn again.</param>
    public static DrawnSamples Draw(
        IGenerativeModel model, ISampler sampler, int count, ulong seed, int batchSize, Device device, IProgress<DrawProgress>? progress,
        CancellationToken cancellation, IReadOnlyList<long>? classes = null, DataValues values = DataValues.Bytes, ShardFolder? shards = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var pieces = new List<Tensor>();
        var (nfe, evaluationsInAll) = (0, 0L);
        for (var first = 0; first < count; first += batchSize)
        {
            var size = Math.Min(batchSize, count - first);
            using var batch = NewDisposeScope();
            (var pixels, nfe) = shards?.ReadSamples(first, size) ?? DrawBatch(first, size, nfe);
            evaluationsInAll += (long)nfe * size;
            pieces.Add(pixels.MoveToOuterDisposeScope());
        }
        progress?.Report(new DrawProgress(count, nfe));
        return new DrawnSamples(
            cat(pieces).DetachFromDisposeScope(), SampleLabels.Of(model, 0, count, CPU, classes)?.DetachFromDisposeScope(),
            (int)Math.Round((double)evaluationsInAll / count));

        (Tensor Pixels, int Nfe) DrawBatch(int first, int size, int expectedNfe)
        {
            var evaluations = 0;
            var samples = sampler.Sample(model, new SampleRequest(new ImageNoise(seed, first, size, device), SampleLabels.Of(model, first, size, device, classes))
            {
                Cancellation = cancellation,
                Evaluating = () =>
                {
                    progress?.Report(new DrawProgress(first + (expectedNfe == 0 ? 0 : (double)size * evaluations / expectedNfe), evaluations));
                    evaluations++;
                },
            });
            var pixels = PixelCodec.Decode(samples.Images, model.Encoding, values).cpu();
            shards?.WriteSamples(first, size, pixels, samples.Nfe);
            return (pixels, samples.Nfe);
        }
    }

    /// <summary>The seed of an evaluation's samples.</summary>
    public static ulong Seed(EvaluationSpec evaluation) => Seeds.Of(Seeds.OfName("samples"), (ulong)evaluation.Seed);
}
