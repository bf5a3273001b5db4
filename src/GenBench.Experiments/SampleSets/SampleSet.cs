using static TorchSharp.torch;

namespace GenBench.Experiments.SampleSets;

/// <summary>One of the two sets that are compared.</summary>
/// <param name="Description">What it is, for protocols.</param>
internal abstract record SampleSet(string Description) : IDisposable
{
    public abstract void Dispose();
}

/// <summary>A set of images.</summary>
internal sealed record ImageSet(IImageSource Images) : SampleSet(Images.Description)
{
    public override void Dispose() => Images.Dispose();
}

/// <summary>A set of features: float64 [N, D].</summary>
internal sealed record FeatureSet(string Description, Tensor Features) : SampleSet(Description)
{
    public override void Dispose() => Features.Dispose();
}

/// <summary>Mean [D] and covariance [D, D] of a set's features, float64.</summary>
internal sealed record StatisticsSet(string Description, Tensor Mean, Tensor Covariance) : SampleSet(Description)
{
    public override void Dispose()
    {
        Mean.Dispose();
        Covariance.Dispose();
    }
}
