namespace GenBench.Experiments.Matrix.Json;

/// <summary>"Did you mean" for a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary><c>did you mean 'latent'?</c> where a known word is near, else <c>known are a, b</c>.</summary>
    internal static string For(string word, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0)
            return "none are known here";
        var nearest = known.Order(StringComparer.Ordinal).MinBy(candidate => Distance(word, candidate))!;
        return Distance(word, nearest) <= Math.Max(1, word.Length / 3)
            ? $"did you mean '{nearest}'?"
            : $"known are {string.Join(", ", known)}";
    }

    /// <summary>Edits from one word to the other, upper and lower case alike: insertions, deletions, replacements
    /// and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var (a, b) = (from.ToUpperInvariant(), to.ToUpperInvariant());
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }
                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
