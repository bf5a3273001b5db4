using System.Globalization;

namespace GenBench.Metrics;

/// <summary>Which of two sets of samples is better, as far as an interval tells.</summary>
public enum Verdict
{
    /// <summary>The interval holds 0: the data do not tell.</summary>
    Undecided,

    /// <summary>The first set.</summary>
    A,

    /// <summary>The second set.</summary>
    B,
}

/// <summary>A figure of two sets of samples against one reference, and what is known of the difference.</summary>
/// <param name="Name">Name of the figure without the extractor, e.g. <c>frechet_distance</c>.</param>
/// <param name="A">The figure of the first set.</param>
/// <param name="B">The figure of the second set.</param>
/// <param name="Low">Lower end of the 95% interval of A − B.</param>
/// <param name="High">Upper end of the 95% interval of A − B.</param>
/// <param name="LowerIsBetter">True for a distance.</param>
/// <param name="Protocol">The definition's parameters, the sizes and seeds, and what the interval is.</param>
public sealed record MetricDifference(string Name, double A, double B, double Low, double High, bool LowerIsBetter, string Protocol)
{
    /// <summary>A − B.</summary>
    public double Difference => A - B;

    /// <summary>The better set where the interval excludes 0: a two-sided test at 5%, for this figure alone.</summary>
    public Verdict Verdict =>
        High < 0 ? LowerIsBetter ? Verdict.A : Verdict.B
        : Low > 0 ? LowerIsBetter ? Verdict.B : Verdict.A
        : Verdict.Undecided;

    /// <summary>The verdict as a sentence, e.g. "A beats B in recall at the 5% level: A − B = 0.04, 95% interval [0.01, 0.07]".</summary>
    public string Statement
    {
        get
        {
            var verdict = Verdict switch
            {
                Verdict.A => $"A beats B in {Name} at the 5% level",
                Verdict.B => $"B beats A in {Name} at the 5% level",
                _ => $"neither A nor B is better in {Name} at the 5% level",
            };
            return string.Create(CultureInfo.InvariantCulture, $"{verdict}: A − B = {Difference:G4}, 95% interval [{Low:G4}, {High:G4}]");
        }
    }

    /// <summary>The difference of a figure between two sets from the interval of each, as if the sets were independent: where they are paired, wider than need
    /// be.</summary>
    /// <param name="a">The figure of the first set, with an interval.</param>
    /// <param name="b">The figure of the second set, with an interval.</param>
    public static MetricDifference OfIndependent(MetricValue a, MetricValue b) => OfIntervals(a, b, correlation: 0);

    /// <summary>From the jackknives of both figures, each group left out of both at once.</summary>
    internal static MetricDifference OfJackknives(string name, Jackknifed a, Jackknifed b, bool lowerIsBetter, string protocol)
    {
        var difference = a.Minus(b);
        return new(name, a.Value, b.Value, difference.Value - difference.HalfWidth, difference.Value + difference.HalfWidth, lowerIsBetter, protocol);
    }

    /// <summary>From the intervals of both figures, which may be lopsided: the errors of an end of the difference's interval are
    /// those of the two ends that it comes from (Newcombe 1998, method 10; Zou and Donner 2008).</summary>
    internal static MetricDifference OfIntervals(MetricValue a, MetricValue b, double correlation)
    {
        var difference = a.Value - b.Value;
        double Distance(double? endA, double? endB)
        {
            var (p, q) = (Math.Abs(endA!.Value - a.Value), Math.Abs(endB!.Value - b.Value));
            return Math.Sqrt(Math.Max(0, p * p + q * q - 2 * correlation * p * q));
        }
        return new(a.Name, a.Value, b.Value, difference - Distance(a.Low, b.High), difference + Distance(a.High, b.Low), LowerIsBetter: false,
            string.Create(CultureInfo.InvariantCulture, $"A: {a.Protocol}. B: {b.Protocol}. Difference: from both intervals (Newcombe), correlation of the rows {correlation:0.##}"));
    }
}
