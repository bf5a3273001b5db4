using GenBench.Core;
using GenBench.Models.Densities;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="PixelGaussian"/>: it has none.</summary>
public sealed record PixelGaussianOptions;

/// <summary>
/// One normal law over all pixels, with the mean and the full covariance of the training images: what no learning gives, with a likelihood.
/// It is fitted in closed form: every step takes a batch into the moments and sets the law to them, so one epoch is all it can use.
/// </summary>
public sealed class PixelGaussian : DensityModel, IModelDefinition<PixelGaussian, PixelGaussianOptions>
{
    private const int NoiseStream = 0; // of the noise in sampling

    private readonly Law law;

    private PixelGaussian(DataSpec data, Law law) : base(data)
    {
        this.law = law;
        Stages = [new Stage("moments", new Objective("likelihood", law, Evaluate) { ClosedForm = true })];
    }

    /// <inheritdoc/>
    public static string Kind => "pixel-gaussian";

    /// <inheritdoc/>
    public static string Description => "baseline: one normal law over all pixels, with mean and covariance of the training images";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public override nn.Module Network => law;

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <inheritdoc/>
    public override long MacsPerEvaluation => law.Factor.NumberOfElements;

    /// <inheritdoc/>
    public static PixelGaussian Create(PixelGaussianOptions options, DataSpec data) => new(data, new Law(data.Shape.Dimensions));

    private protected override Tensor LogDensity(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return NormalLaw.LogDensity((rows - law.Moments.Mean).t(), law.Factor).MoveToOuterDisposeScope();
    }

    private protected override Tensor Draw(ImageNoise noise, double temperature)
    {
        using var scope = NewDisposeScope();
        var normal = noise.Normal(NoiseStream, law.Factor.shape[0]).to(ScalarType.Float64).mul_(temperature);
        return (law.Moments.Mean + normal.mm(law.Factor.t())).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the batch in; the loss is its likelihood under the law that it has now part in.</summary>
    private Loss Evaluate(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = Rows(batch.Images);
        law.Moments.Add(rows);
        law.Factor.copy_(linalg.cholesky(law.Moments.Covariance()));
        return new Loss(PerImage(rows).mean().MoveToOuterDisposeScope());
    }

    private sealed class Law : nn.Module
    {
        private readonly RunningMoments _moments;
        private readonly Parameter _factor; // Cholesky factor of the covariance, [D, D]

        internal Law(int dimensions) : base(nameof(PixelGaussian))
        {
            _moments = new RunningMoments(dimensions);
            _factor = new Parameter(eye(dimensions, dtype: ScalarType.Float64));
            RegisterComponents();
        }

        internal RunningMoments Moments => _moments;

        internal Tensor Factor => _factor;
    }
}
