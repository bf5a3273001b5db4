using System.Globalization;

namespace GenBench.Experiments.Evaluation;

/// <summary>A likelihood, or a bound of one, is better than that of the law which the images were drawn from, and not by chance: the
/// model does not compute what it says.</summary>
/// <param name="kind">Kind of the figure.</param>
/// <param name="unit">Its unit.</param>
/// <param name="gap">The mean difference from the truth.</param>
/// <param name="error">Its standard error.</param>
public sealed class ImpossibleLikelihoodException(string kind, string unit, double gap, double error)
    : Exception(string.Create(CultureInfo.InvariantCulture,
        $"the likelihood '{kind}' is better than the truth by {-gap:G4} {unit}, {-gap / error:F1} standard errors; no law's is in expectation: the model's likelihood is wrong"));
