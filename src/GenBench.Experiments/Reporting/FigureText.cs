using System.Globalization;

namespace GenBench.Experiments.Reporting;

/// <summary>Figures as the tables print them: four significant digits, and everywhere the invariant culture.</summary>
internal static class FigureText
{
    /// <summary>
    /// One seed: the value with its interval, <c>12.30 [12.10, 12.50]</c>. Several: mean ± standard deviation (ddof = 1)
    /// and the count, <c>12.30 ± 0.20 (3)</c>. A NaN is said with its count and never averaged away.
    /// </summary>
    public static string Estimate(IReadOnlyList<Figure> seeds)
    {
        if (seeds.Count == 1)
            return Interval(seeds[0]);
        var values = seeds.Select(figure => figure.Value).ToArray();
        var (mean, sd) = MeanAndDeviation(values);
        if (!double.IsFinite(mean))
            return NotFinite(values);
        var decimals = Decimals(Math.Max(Math.Abs(mean), sd));
        return $"{Fixed(mean, decimals)} ± {Fixed(sd, decimals)} ({Integer(seeds.Count)})";
    }

    /// <summary>A count or a speed with an SI prefix, three digits and no interval; mean ± sd where seeds differ.</summary>
    public static string Magnitude(IReadOnlyList<Figure> seeds)
    {
        var values = seeds.Select(figure => figure.Value).ToArray();
        if (!values.All(double.IsFinite))
            return NotFinite(values);
        var (mean, sd) = MeanAndDeviation(values);
        return values.All(value => value == values[0]) ? Si(values[0]) : $"{Si(mean)} ± {Si(sd)} ({Integer(values.Length)})";
    }

    /// <summary>Mean and standard deviation with ddof = 1; the latter 0 for one value.</summary>
    public static (double Mean, double Deviation) MeanAndDeviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return (mean, values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }

    /// <summary>A whole number.</summary>
    public static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Interval(Figure figure)
    {
        if (!double.IsFinite(figure.Value))
            return NotFinite([figure.Value]);
        var ends = new[] { figure.Low, figure.High }.Where(end => end is { } value && double.IsFinite(value)).Select(end => end!.Value).ToArray();
        var decimals = Decimals(ends.Append(figure.Value).Max(Math.Abs));
        return ends.Length < 2 ? Fixed(figure.Value, decimals) : $"{Fixed(figure.Value, decimals)} [{Fixed(ends[0], decimals)}, {Fixed(ends[1], decimals)}]";
    }

    private static string NotFinite(double[] values) => values.Length == 1
        ? values[0].ToString(CultureInfo.InvariantCulture)
        : $"NaN ({Integer(values.Count(value => !double.IsFinite(value)))} of {Integer(values.Length)})";

    private static int Decimals(double largest) => largest == 0 || !double.IsFinite(largest) ? 1 : Math.Clamp(3 - (int)Math.Floor(Math.Log10(largest)), 0, 10);

    private static string Fixed(double value, int decimals) => value.ToString("F" + Integer(decimals), CultureInfo.InvariantCulture);

    private static string Si(double value)
    {
        var (scale, prefix) = Math.Abs(value) switch { >= 1e12 => (1e12, " T"), >= 1e9 => (1e9, " G"), >= 1e6 => (1e6, " M"), >= 1e4 => (1e3, " k"), _ => (1.0, "") };
        var scaled = value / scale;
        return scaled == Math.Floor(scaled) && scaled < 1e4 ? Integer((long)scaled) + prefix : Fixed(scaled, Math.Max(Decimals(Math.Abs(scaled)) - 1, 0)) + prefix;
    }
}
