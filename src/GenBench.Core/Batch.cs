using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>A batch of encoded images.</summary>
/// <param name="Images">float32 [B, C, H, W] in the model's <see cref="PixelEncoding"/>; reals as they are.</param>
/// <param name="Labels">int64 [B], or null where there are none.</param>
public sealed record Batch(Tensor Images, Tensor? Labels)
{
    /// <summary>Training step of the present stage, from 0; for schedules such as the KL warm-up.</summary>
    public long Step { get; init; }
}

/// <summary>What an objective returns for one batch.</summary>
/// <param name="Total">Scalar to differentiate, averaged over the batch.</param>
public sealed record Loss(Tensor Total)
{
    /// <summary>Further scalars worth a curve, detached, e.g. <c>kl</c> or <c>reconstruction</c>.</summary>
    public IReadOnlyDictionary<string, Tensor> Parts { get; init; } = new Dictionary<string, Tensor>();
}
