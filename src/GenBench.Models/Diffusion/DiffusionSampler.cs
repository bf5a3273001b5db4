using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>One step of a sampler: x ← X0 · x̂₀ + Epsilon · ε̂ + Sigma · z, the network evaluated at x and Timestep, z standard normal.</summary>
/// <param name="Timestep">t, 0…T−1.</param>
/// <param name="X0">Weight of the predicted image.</param>
/// <param name="Epsilon">Weight of the predicted noise.</param>
/// <param name="Sigma">Standard deviation of the fresh noise.</param>
public readonly record struct DiffusionStep(int Timestep, double X0, double Epsilon, double Sigma)
{
    /// <summary>Whether the model's own standard deviation stands in for <see cref="Sigma"/>.</summary>
    public bool LearnedSigma { get; init; }
}

/// <summary>A sampler that walks from noise to an image by a fixed list of steps.</summary>
/// <param name="guidance">Scale w of classifier-free guidance; 1 for none.</param>
public abstract class DiffusionSampler(double guidance) : ISampler
{
    /// <summary>The steps, noisiest first.</summary>
    /// <exception cref="InvalidOptionException">The options do not fit the schedule.</exception>
    public abstract IReadOnlyList<DiffusionStep> Plan(NoiseSchedule schedule);

    /// <inheritdoc/>
    public bool Fits(IGenerativeModel model) => model is IDenoisingModel;

    /// <inheritdoc/>
    public void Check(IGenerativeModel model)
    {
        if (guidance != 1 && model is not IConditionalModel)
            throw new InvalidOptionException("guidance", "must be 1 where the model knows no classes; leave it out, or set the model's 'conditional' to true");
        var diffusion = (IDenoisingModel)model;
        if (Plan(diffusion.Schedule).Any(step => step.LearnedSigma) && !diffusion.LearnsVariance)
            throw new InvalidOptionException("variance", "must be small or large where the model learns none; or set the model's 'variance' to learned");
    }

    /// <inheritdoc/>
    public int Evaluations(IGenerativeModel model) => Plan(((IDenoisingModel)model).Schedule).Count * (guidance is 0 or 1 ? 1 : 2);

    /// <inheritdoc/>
    public Samples Sample(IGenerativeModel model, SampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var diffusion = (IDenoisingModel)model;
        var network = new CountingDenoiser(diffusion, request);
        var (channels, height, width) = diffusion.LatentShape;
        var x = Walk(diffusion, Guided(network, request.Labels), request.Noise.Normal(0, channels, height, width), request.Noise);
        return new Samples(diffusion.Decode(x).MoveToOuterDisposeScope(), network.Nfe);
    }

    /// <summary>The network under this sampler's guidance.</summary>
    private protected GuidedDenoiser Guided(CountingDenoiser network, Tensor? labels) => new(network, labels, guidance);

    /// <summary>From x_T to x₀, [B, C, H, W].</summary>
    private protected Tensor Walk(IDenoisingModel model, GuidedDenoiser network, Tensor x, ImageNoise noise)
    {
        var stream = 1L;
        foreach (var step in Plan(model.Schedule))
        {
            using var previous = x;
            x = Advance(model, network, previous, step, noise, stream++);
        }
        return x;
    }

    private static Tensor Advance(
        IDenoisingModel model, GuidedDenoiser network, Tensor x, DiffusionStep step, ImageNoise noise, long stream)
    {
        using var scope = NewDisposeScope();
        var t = full([noise.Count], step.Timestep, ScalarType.Int64, noise.Device);
        var denoised = network.Denoise(x, t);
        var (x0, epsilon) = denoised.Resolve(x, t, model.Schedule, model.ClipRange);
        var next = x0.mul(step.X0).add_(epsilon, alpha: step.Epsilon);
        if (step.LearnedSigma)
            next.add_(Fresh() * denoised.LogVariance!.mul(0.5).exp_());
        else if (step.Sigma > 0)
            next.add_(Fresh(), alpha: step.Sigma);
        return next.MoveToOuterDisposeScope();
        Tensor Fresh() => noise.Normal(stream, model.LatentShape.Channels, model.LatentShape.Height, model.LatentShape.Width);
    }
}
