using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Oracle;

/// <summary>
/// The law of <see cref="GaussianField"/>. Let Y ~ N(127.5, Σ) over the pixels in the order of their rows, with Σ = L Lᵀ. Pixel i, given the pixels
/// before it as they were rounded, is normal with the conditional mean of Y_i at those values and the variance L_ii² − 1/12, rounded to
/// the nearest of 0…255, of which the outer two take the tails. So ln p(x) is a sum of logarithms of normal bins: exact for every image.
/// <para>With e_j = (x_j − mean_j)/L_jj the conditional mean is 127.5 + Σ_{j&lt;i} L_ij e_j. Rounding a normal number adds 1/12 to its variance and nothing else
/// to its first two moments (Sheppard), up to a part of e^(−2π²σ²), below 2e-8 here; so the images' covariance is Σ, but for clamping.</para>
/// </summary>
internal sealed class GaussianFieldLaw : OracleLaw
{
    internal const double Mean = 127.5;
    private const double RoundingVariance = 1.0 / 12;
    private const int Digits = 12; // of the correlations: mathematical libraries differ in the last

    private readonly double[] columns;    // L, column after column
    private readonly double[] scales;     // L_ii
    private readonly double[] deviations; // √(L_ii² − 1/12)

    internal GaussianFieldLaw(ImageShape shape, GaussianFieldOptions options)
    {
        Shape = shape;
        var size = shape.Dimensions;
        columns = Covariance(shape, options);
        CholeskyFactor.Replace(columns, size);
        scales = [.. Enumerable.Range(0, size).Select(i => columns[i * size + i])];
        deviations = Array.ConvertAll(scales, scale => Math.Sqrt(scale * scale - RoundingVariance));
    }

    internal override ImageShape Shape { get; }

    /// <summary>The entropy of the field before rounding, ½ ln det(2πe Σ) in nats: that of the images up to terms of L_ii⁻⁴ and clamping.</summary>
    internal double Entropy => scales.Sum(scale => Math.Log(scale)) + 0.5 * scales.Length * Math.Log(2 * Math.PI * Math.E);

    /// <summary>Σ, row after row.</summary>
    internal static double[] Covariance(ImageShape shape, GaussianFieldOptions options)
    {
        var size = shape.Dimensions;
        var variance = options.Deviation * options.Deviation;
        var covariance = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                var (dx, dy) = (i % shape.Width - j % shape.Width, i / shape.Width - j / shape.Width);
                covariance[i * size + j] = variance * ((1 - options.Nugget) * Correlation(dx * dx + dy * dy, options) + (i == j ? options.Nugget : 0));
            }
        return covariance;
    }

    internal override int Draw(ref CounterRandom random, Span<byte> pixels)
    {
        var size = scales.Length;
        var means = new double[size];
        Array.Fill(means, Mean);
        for (var i = 0; i < size; i++)
        {
            pixels[i] = RoundedNormal.Draw(ref random, means[i], deviations[i]);
            CholeskyFactor.AddScaled(means.AsSpan(i + 1), (pixels[i] - means[i]) / scales[i], columns.AsSpan(i * size + i + 1, size - i - 1));
        }
        return 0;
    }

    private protected override Tensor OfPixels(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var factor = tensor(columns).reshape(scales.Length, scales.Length).t();                                   // L
        var errors = linalg.solve_triangular(factor, (pixels - Mean).t(), upper: false).t();                      // e, [B, D]
        var means = pixels - errors * tensor(scales);
        return RoundedNormal.LogProbability(pixels, means, tensor(deviations)).sum(1).MoveToOuterDisposeScope();
    }

    private static double Correlation(int squaredDistance, GaussianFieldOptions options)
    {
        var r2 = squaredDistance / (options.LengthScale * options.LengthScale);
        return Math.Round(Math.Exp(options.Kernel == "exponential" ? -Math.Sqrt(r2) : -r2 / 2), Digits);
    }
}
