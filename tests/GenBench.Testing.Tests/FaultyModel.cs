using System.Diagnostics;
using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Tests.Testing;

/// <summary>What can be wrong with a model, one for each thing that a check must notice.</summary>
public enum Fault
{
    None, TakesNothing, SetsNothing, SetsUndefined, Throws, InfiniteLoss, LossForEachImage, ConstantLoss, NoGradient, ReadsTheClock, SameForEverySeed, CountsOutsideTheNetwork, Hoards,
    LearnsOutsideTheNetwork, DependsOnTheBatch, FlatImages, UndefinedImages, CostsNothing, OneLikelihoodForAll, UndefinedLikelihood, FlatReconstruction,
}

public sealed record FaultyOptions
{
    public Fault Fault { get; init; }
}

/// <summary>Images that are linear in z, plus a fault.</summary>
public sealed class FaultyModel : IModelDefinition<FaultyModel, FaultyOptions>, IDirectSampler, ILikelihoodModel, IReconstructingModel
{
    private const int Latent = 4;

    private readonly Fault fault;
    private readonly ImageShape shape;
    private readonly Linear linear;
    private readonly List<Tensor> hoard = [];
    private double level;
    private int steps;

    private FaultyModel(Fault fault, ImageShape shape)
    {
        this.fault = fault;
        this.shape = shape;
        linear = nn.Linear(Latent, shape.Dimensions);
        if (fault == Fault.SameForEverySeed)
        {
            nn.init.zeros_(linear.weight);
            nn.init.zeros_(linear.bias!);
        }
    }

    public static string Kind => "faulty";

    public static string Description => "linear, with a fault";

    public static int Version => 1;

    public nn.Module Network => linear;

    public IReadOnlyList<Stage> Stages => [new Stage("only", new Objective("error", linear, Evaluate) { ClosedForm = fault is Fault.SetsNothing or Fault.SetsUndefined })];

    public PixelEncoding Encoding => PixelEncoding.Symmetric;

    public long MacsPerEvaluation => fault == Fault.CostsNothing ? 0 : (long)Latent * shape.Dimensions;

    public static FaultyModel Create(FaultyOptions options, DataSpec data) => options.Fault != Fault.TakesNothing
        ? new(options.Fault, data.Shape)
        : throw new InvalidOptionException("takes nothing");

    public Tensor Sample(DirectSampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var images = Decode(request.Noise.Normal(0, Latent)) + level;
        var faulty = fault switch
        {
            Fault.DependsOnTheBatch => images - images.mean(),
            Fault.FlatImages => images.flatten(1),
            Fault.UndefinedImages => images * double.NaN,
            _ => images,
        };
        return faulty.MoveToOuterDisposeScope();
    }

    public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
    {
        var squares = batch.Images.square().flatten(1).sum(1);
        var figures = fault switch
        {
            Fault.OneLikelihoodForAll => squares.mean(),
            Fault.UndefinedLikelihood => squares * double.NaN,
            _ => squares,
        };
        return [new LikelihoodEstimate("exact", "nats", figures)];
    }

    public Tensor Reconstruct(Tensor images) => fault == Fault.FlatReconstruction ? images.flatten(1) : images.clone();

    private Loss Evaluate(Batch batch)
    {
        if (fault == Fault.Throws)
            throw new InvalidOperationException("no luck");
        if (fault == Fault.Hoards)
            hoard.Add(batch.Images.clone().DetachFromDisposeScope());
        if (fault == Fault.LearnsOutsideTheNetwork)
            level = batch.Images.mean().item<float>();
        if (fault == Fault.SetsUndefined)
            nn.init.constant_(linear.weight, double.NaN);
        using var scope = NewDisposeScope();
        var shift = fault switch
        {
            Fault.ReadsTheClock => Stopwatch.GetTimestamp() % 1009 / 1009.0,
            Fault.CountsOutsideTheNetwork => 0.1 * steps++,
            _ => 0,
        };
        var squares = (Decode(randn(batch.Images.shape[0], Latent)) - batch.Images + shift).square();
        var loss = fault switch
        {
            Fault.InfiniteLoss => squares.mean() * double.PositiveInfinity,
            Fault.LossForEachImage => squares.flatten(1).mean([1]),
            Fault.ConstantLoss => squares.mean().detach(),
            Fault.SameForEverySeed => (linear.weight - 1).square().mean() + linear.bias!.square().mean(),
            Fault.NoGradient => squares.mean() * 0,
            Fault.SetsUndefined => zeros(1).mean(),
            _ => squares.mean(),
        };
        return new Loss(loss.MoveToOuterDisposeScope());
    }

    private Tensor Decode(Tensor z) => linear.call(z).reshape(-1, shape.Channels, shape.Height, shape.Width);
}
