using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>The summaries of doc comments, from the XML files that the build puts beside the assemblies.</summary>
internal sealed partial class XmlSummaries
{
    private readonly Dictionary<Assembly, IReadOnlyDictionary<string, string>> files = [];

    /// <summary>The property's summary as one line of plain text, or null where there is none.</summary>
    internal string? Of(PropertyInfo property)
    {
        var owner = property.DeclaringType!;
        if (!files.TryGetValue(owner.Assembly, out var summaries))
            files[owner.Assembly] = summaries = Read(Path.ChangeExtension(owner.Assembly.Location, ".xml"));
        return summaries.GetValueOrDefault($"P:{owner.FullName?.Replace('+', '.')}.{property.Name}");
    }

    private static Dictionary<string, string> Read(string path) => !File.Exists(path) ? [] : XDocument.Load(path).Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!));

    private static string Text(XElement summary) => WhiteSpace().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { IsEmpty: false } element => element.Value,
        XElement reference => (reference.FirstAttribute?.Value ?? "").Split('.', ':')[^1],
        _ => "",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
