using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Models.Diffusion;

/// <summary>
/// The forward process of a discrete diffusion of T steps (Ho et al. 2020, §2), in float64. Timesteps count from 0, so
/// index t holds the paper's t + 1: <c>AlphasCumprod[0] = 1 − Betas[0]</c> is nearly 1, and at T − 1 it is nearly 0.
/// </summary>
public sealed class NoiseSchedule
{
    private const double LargestBeta = 0.999;

    /// <summary>A schedule of the given β<sub>t</sub> ∈ (0, 1), at least two.</summary>
    public NoiseSchedule(IReadOnlyList<double> betas)
    {
        if (betas.Count < 2)
            throw new InvalidOptionException("timesteps", string.Create(CultureInfo.InvariantCulture, $"must be at least 2, not {betas.Count}"));
        Timesteps = betas.Count;
        Betas = [.. betas];
        AlphasCumprod = new double[Timesteps];
        AlphasCumprodPrevious = new double[Timesteps];
        var product = 1.0;
        for (var t = 0; t < Timesteps; t++)
        {
            AlphasCumprodPrevious[t] = product;
            AlphasCumprod[t] = product *= 1 - betas[t];
        }
        PosteriorVariance = ForEach(t => Betas[t] * (1 - AlphasCumprodPrevious[t]) / (1 - AlphasCumprod[t]));
        PosteriorMeanX0 = ForEach(t => Math.Sqrt(AlphasCumprodPrevious[t]) * Betas[t] / (1 - AlphasCumprod[t]));
        PosteriorMeanXt = ForEach(t => Math.Sqrt(1 - Betas[t]) * (1 - AlphasCumprodPrevious[t]) / (1 - AlphasCumprod[t]));
        SqrtAlphasCumprod = ForEach(t => Math.Sqrt(AlphasCumprod[t]));
        SqrtOneMinusAlphasCumprod = ForEach(t => Math.Sqrt(1 - AlphasCumprod[t]));
    }

    /// <summary>T.</summary>
    public int Timesteps { get; }

    /// <summary>β<sub>t</sub>, the variance added at t.</summary>
    public double[] Betas { get; }

    /// <summary>ᾱ<sub>t</sub> = ∏ (1 − β): q(x_t | x₀) = N(√ᾱ x₀, (1 − ᾱ) I), eq. 4.</summary>
    public double[] AlphasCumprod { get; }

    /// <summary>ᾱ<sub>t−1</sub>, 1 at t = 0.</summary>
    public double[] AlphasCumprodPrevious { get; }

    /// <summary>β̃<sub>t</sub>, the variance of q(x_{t−1} | x_t, x₀), eq. 7; 0 at t = 0.</summary>
    public double[] PosteriorVariance { get; }

    /// <summary>Weight of x₀ in the mean of q(x_{t−1} | x_t, x₀), eq. 7.</summary>
    public double[] PosteriorMeanX0 { get; }

    /// <summary>Weight of x_t in the mean of q(x_{t−1} | x_t, x₀), eq. 7.</summary>
    public double[] PosteriorMeanXt { get; }

    /// <summary>√ᾱ<sub>t</sub>.</summary>
    public double[] SqrtAlphasCumprod { get; }

    /// <summary>√(1 − ᾱ<sub>t</sub>).</summary>
    public double[] SqrtOneMinusAlphasCumprod { get; }

    /// <summary>The schedule of that name: <c>linear</c> or <c>cosine</c>.</summary>
    /// <exception cref="InvalidOptionException">The name is unknown, or there are fewer than two timesteps.</exception>
    public static NoiseSchedule Create(string name, int timesteps) => name switch
    {
        "linear" => Linear(timesteps),
        "cosine" => Cosine(timesteps),
        _ => throw new InvalidOptionException("schedule", $"must be linear or cosine, not '{name}'"),
    };

    /// <summary>β from 1e-4 to 0.02 over T = 1000 (Ho et al. 2020, §4); for another T scaled by 1000/T, so that ᾱ ends
    /// near 0 all the same, and capped at 0.999.</summary>
    public static NoiseSchedule Linear(int timesteps)
    {
        var scale = 1000.0 / timesteps;
        return new([.. Enumerable.Range(0, timesteps).Select(t =>
            Math.Min(LargestBeta, scale * (1e-4 + (0.02 - 1e-4) * t / Math.Max(1, timesteps - 1))))]);
    }

    /// <summary>ᾱ(u) ∝ cos²((u + s)/(1 + s) · π/2) with s = 0.008 (Nichol &amp; Dhariwal 2021, eq. 17), β capped at 0.999.</summary>
    public static NoiseSchedule Cosine(int timesteps)
    {
        double AlphaCumprod(double u) => Math.Pow(Math.Cos((u + 0.008) / 1.008 * Math.PI / 2), 2);
        return new([.. Enumerable.Range(0, timesteps).Select(t =>
            Math.Min(LargestBeta, 1 - AlphaCumprod((t + 1.0) / timesteps) / AlphaCumprod((double)t / timesteps)))]);
    }

    /// <summary>
    /// The fixed variance of p(x_{t−1} | x_t): <c>small</c> is β̃, optimal for x₀ a single point, <c>large</c> is β,
    /// optimal for x₀ ~ N(0, I) (§3.2). At t = 0, where β̃ = 0, both have β̃<sub>1</sub>, the decoder's variance.
    /// </summary>
    /// <exception cref="InvalidOptionException">The name is unknown.</exception>
    public double[] ReverseVariance(string name)
    {
        var variance = name switch
        {
            "small" => PosteriorVariance,
            "large" => Betas,
            _ => throw new InvalidOptionException("variance", $"must be small or large, not '{name}'"),
        };
        return [PosteriorVariance[1], .. variance.AsSpan(1)];
    }

    /// <summary>The log of a learned variance of p(x_{t−1} | x_t), between β̃ and β: v log β + (1 − v) log β̃, v = (output + 1)/2
    /// (Nichol &amp; Dhariwal 2021, eq. 15); an output outside [−1, 1] goes beyond them.</summary>
    /// <param name="t">int64 [B], 0…T−1.</param>
    /// <param name="output">What the network says, [B, C, H, W].</param>
    internal Tensor LogVarianceBetween(Tensor t, Tensor output)
    {
        using var scope = NewDisposeScope();
        var (small, large) = (LogAt("small"), LogAt("large"));
        return (small + (output + 1) * 0.5 * (large - small)).MoveToOuterDisposeScope();
        Tensor LogAt(string variance) => At(Array.ConvertAll(ReverseVariance(variance), Math.Log), t, output.dtype);
    }

    /// <summary>A draw of q(x_t | x₀), eq. 4: √ᾱ x₀ + √(1 − ᾱ) ε.</summary>
    /// <param name="x0">[B, C, H, W].</param>
    /// <param name="t">int64 [B], 0…T−1.</param>
    /// <param name="epsilon">Standard normal, of the shape of <paramref name="x0"/>.</param>
    public Tensor Diffuse(Tensor x0, Tensor t, Tensor epsilon)
    {
        using var scope = NewDisposeScope();
        var signal = x0 * At(SqrtAlphasCumprod, t, x0.dtype);
        return signal.add_(epsilon * At(SqrtOneMinusAlphasCumprod, t, x0.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>A coefficient per image, [B, 1, 1, 1], from one of the arrays.</summary>
    internal static Tensor At(double[] values, Tensor t, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return tensor(values, dtype: ScalarType.Float64).to(type).to(t.device).index_select(0, t).view(-1, 1, 1, 1).MoveToOuterDisposeScope();
    }

    private double[] ForEach(Func<int, double> value) => [.. Enumerable.Range(0, Timesteps).Select(value)];
}
