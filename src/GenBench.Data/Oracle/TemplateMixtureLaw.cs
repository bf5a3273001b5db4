using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Oracle;

/// <summary>The law of <see cref="MixtureOfTemplates"/>: template k with probability w_k, then every pixel a normal number about the
/// template's, rounded to 8 bits.</summary>
/// <param name="shape">Shape of an image.</param>
/// <param name="templates">t_k, each of D pixels.</param>
/// <param name="weights">w_k, which sum to 1.</param>
/// <param name="noise">Standard deviation of a pixel before rounding.</param>
/// <param name="classNames">A name for each template.</param>
internal sealed class TemplateMixtureLaw(
    ImageShape shape, IReadOnlyList<byte[]> templates, IReadOnlyList<double> weights, double noise, IReadOnlyList<string> classNames) : OracleLaw
{
    private const int Values = 256;

    private readonly double[] logProbabilities = LogProbabilities(noise); // ln p(x | t) at 256·t + x

    internal override ImageShape Shape => shape;

    internal override IReadOnlyList<string> ClassNames => classNames;

    internal override int Draw(ref CounterRandom random, Span<byte> pixels)
    {
        var label = Choose(random.Uniform(0, 1));
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = RoundedNormal.Draw(ref random, templates[label][i], noise);
        return label;
    }

    /// <summary>ln w_k + ln p(x | t_k), float64 [B, K], of pixels 0…255, float64 [B, D].</summary>
    internal Tensor LogJoint(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var values = pixels.to(ScalarType.Int64);
        var table = tensor(logProbabilities);
        return stack([.. templates.Zip(weights, (template, weight) => OfTemplate(template, values, table).add_(Math.Log(weight)))], dim: 1)
            .MoveToOuterDisposeScope();
    }

    private protected override Tensor OfPixels(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return LogJoint(pixels).logsumexp(1).MoveToOuterDisposeScope();
    }

    private static Tensor OfTemplate(byte[] template, Tensor values, Tensor table)
    {
        using var scope = NewDisposeScope();
        var places = tensor(Array.ConvertAll(template, level => (long)Values * level), ScalarType.Int64) + values;
        return table.index_select(0, places.flatten()).reshape(places.shape).sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>The template whose share of [0, 1) a uniform number falls in.</summary>
    private int Choose(double uniform)
    {
        var k = 0;
        for (var end = weights[0]; uniform >= end && k < weights.Count - 1; end += weights[k])
            k++;
        return k;
    }

    private static double[] LogProbabilities(double noise)
    {
        using var scope = NewDisposeScope();
        var values = arange(Values, dtype: ScalarType.Float64);
        return RoundedNormal.LogProbability(values, values.unsqueeze(1), tensor(noise)).contiguous().data<double>().ToArray();
    }
}
