using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using GenBench.Models.Densities;
using static TorchSharp.torch;

namespace GenBench.Models;

/// <summary>Options of <see cref="Gmm"/>.</summary>
public sealed record GmmOptions
{
    /// <summary>Components K of the mixture.</summary>
    [Range(1, 256)]
    public int Components { get; init; } = 10;

    /// <summary>Principal components d that the mixture is over; all there are where the data have no more.</summary>
    [Range(1, 256)]
    public int Dimensions { get; init; } = 32;

    /// <summary>α of the step sizes: the statistics of step t enter with weight (t + 2)^−α. Smaller forgets faster.</summary>
    [Range(0.51, 1.0)]
    public double StepDecay { get; init; } = 0.7;
}

/// <summary>
/// A mixture of normal laws of full covariance over the first principal components of the pixels, with an isotropic one for the rest, so
/// that it has a likelihood on all of pixel space. A first stage gathers the moments; from the second on, each training step
/// is a step of stepwise expectation–maximisation (Cappé &amp; Moulines 2009; step sizes as in Liang &amp; Klein 2009).
/// </summary>
public sealed class Gmm : DensityModel, IModelDefinition<Gmm, GmmOptions>
{
    private const double MomentsShare = 0.25; // of the training budget

    private readonly GmmOptions options;
    private readonly SubspaceMixture law;
    private readonly int inside;
    private readonly int dimensions;

    private Gmm(GmmOptions options, DataSpec data, SubspaceMixture law, int inside) : base(data)
    {
        (this.options, this.law, this.inside) = (options, law, inside);
        dimensions = data.Shape.Dimensions;
        Stages =
        [
            new Stage("moments", new Objective("moments", law.Moments, Gather) { ClosedForm = true }) { Share = MomentsShare },
            new Stage("mixture", new Objective("likelihood", law, Improve) { ClosedForm = true }) { Share = 1 - MomentsShare, Initialize = Start },
        ];
    }

    /// <inheritdoc/>
    public static string Kind => "gmm";

    /// <inheritdoc/>
    public static string Description => "baseline: a mixture of normal laws over principal components, and noise outside them, by expectation-maximisation";

    /// <inheritdoc/>
    public static int Version => 1;

    /// <inheritdoc/>
    public override nn.Module Network => law;

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <summary>A draw within the subspace, taken into pixels, and noise from which its part inside is taken away.</summary>
    public override long MacsPerEvaluation => (long)inside * inside + 3L * inside * dimensions;

    /// <inheritdoc/>
    public static Gmm Create(GmmOptions options, DataSpec data)
    {
        var inside = Math.Min(options.Dimensions, data.Shape.Dimensions);
        return new Gmm(options, data, new SubspaceMixture(options.Components, inside, data.Shape.Dimensions), inside);
    }

    private protected override Tensor LogDensity(Tensor rows) => law.LogDensity(rows);

    private protected override Tensor Draw(ImageNoise noise, double temperature) => law.Draw(noise, temperature);

    /// <summary>Takes the batch into the moments; the loss is its mean squared distance from the mean, per dimension.</summary>
    private Loss Gather(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = Rows(batch.Images);
        law.Moments.Add(rows);
        return new Loss((rows - law.Moments.Mean).square().mean().MoveToOuterDisposeScope());
    }

    private void Start(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        law.Start(Rows(batch.Images));
    }

    /// <summary>One step of expectation–maximisation; the loss is the batch's likelihood before it.</summary>
    private Loss Improve(Batch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var rows = Rows(batch.Images);
        var loss = PerImage(rows).mean();
        law.Step(rows, Math.Pow(batch.Step + 2, -options.StepDecay));
        return new Loss(loss.MoveToOuterDisposeScope());
    }
}
