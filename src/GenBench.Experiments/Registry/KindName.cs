using System.Text.RegularExpressions;

namespace GenBench.Experiments;

/// <summary>What a kind may be called: it stands in experiment files, in folder names and on command lines.</summary>
public static partial class KindName
{
    /// <summary>The rule in words, as a message ends.</summary>
    public const string Rule = "use small letters and digits, a letter first, with '-' between words, e.g. 'my-model'";

    /// <summary>Whether a name keeps the rule.</summary>
    public static bool IsValid(string? name) => name is not null && Kebab().IsMatch(name);

    /// <summary>The class that a kind is by custom: <c>word-vae</c> gives <c>WordVae</c>.</summary>
    /// <param name="kind">A valid name.</param>
    public static string ClassOf(string kind) =>
        string.Concat(kind.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(-[a-z0-9]+)*\z")]
    private static partial Regex Kebab();
}
