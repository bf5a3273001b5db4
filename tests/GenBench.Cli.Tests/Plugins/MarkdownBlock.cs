using System.Text.RegularExpressions;

namespace GenBench.Tests.Cli;

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Language">The first word behind the fence.</param>
/// <param name="File">The second: the file that it is, empty where there is none.</param>
/// <param name="Text">What is in it.</param>
internal sealed partial record MarkdownBlock(string Language, string File, string Text)
{
    internal static IReadOnlyList<MarkdownBlock> Read(string page) =>
        [.. Fenced().Matches(page).Select(match => new MarkdownBlock(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value))];

    [GeneratedRegex(@"^```(\w+) ?(\S*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
