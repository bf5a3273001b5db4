using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>One step of a sampler: x ← X0 · x̂₀ + Epsilon · ε̂ + Sigma · z, the network evaluated at x and Timestep, z standard normal.</summary>
/// <param name="Timestep">t, 0…T−1.</param>
/// <param name="X0">Weight of the predicted image.</param>
/// <param name="Epsilon">Weight of the predicted noise.</param>
/// <param name="Sigma">Standard deviation of the fresh noise.</param>
public readonly record struct DiffusionStep(int Timestep, double X0, double Epsilon, double Sigma);

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
        Plan(((IDenoisingModel)model).Schedule);
    }

    /// <inheritdoc/>
    public Samples Sample(IGenerativeModel model, SampleRequest request)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var diffusion = (IDenoisingModel)model;
        var network = new CountingDenoiser(diffusion, request);
        var guided = new GuidedDenoiser(network, request.Labels, guidance);
        var (channels, height, width) = diffusion.LatentShape;
        var x = request.Noise.Normal(0, channels, height, width);
        var stream = 1L;
        foreach (var step in Plan(diffusion.Schedule))
        {
            using var previous = x;
            x = Advance(diffusion, guided, previous, step, request.Noise, stream++);
        }
        return new Samples(diffusion.Decode(x).MoveToOuterDisposeScope(), network.Nfe);
    }

    private static Tensor Advance(
        IDenoisingModel model, GuidedDenoiser network, Tensor x, DiffusionStep step, ImageNoise noise, long stream)
    {
        using var scope = NewDisposeScope();
        var t = full([noise.Count], step.Timestep, ScalarType.Int64, noise.Device);
        var (x0, epsilon) = network.Denoise(x, t).Resolve(x, t, model.Schedule, model.ClipRange);
        var next = x0.mul(step.X0).add_(epsilon, alpha: step.Epsilon);
        if (step.Sigma > 0)
            next.add_(noise.Normal(stream, model.LatentShape.Channels, model.LatentShape.Height, model.LatentShape.Width), alpha: step.Sigma);
        return next.MoveToOuterDisposeScope();
    }
}
