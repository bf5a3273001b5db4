using System.Text.Encodings.Web;
using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads and writes <c>cell.json</c>: indented, camelCase, the same bytes for the same content. A cell read
/// back is the cell that was written, down to its keys.</summary>
public static class CellDocuments
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // "VLB(k of T)" and "+" stay readable; nothing here goes into HTML
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        PropertyNameCaseInsensitive = false,
    };

    /// <summary>Writes a document, atomically; the environment in ordinal order.</summary>
    public static void Write(string path, CellDocument document) => AtomicFile.WriteText(path, ToJson(document));

    /// <summary>The text that <see cref="Write"/> writes.</summary>
    public static string ToJson(CellDocument document) => JsonSerializer.Serialize(
        document with { Environment = new SortedDictionary<string, string>(document.Environment.ToDictionary(), StringComparer.Ordinal) }, Options) + "\n";

    /// <summary>Reads a document.</summary>
    /// <exception cref="BadInputException">The file is missing, cut short or not what <see cref="Write"/> writes.</exception>
    public static CellDocument Read(string path)
    {
        try
        {
            var document = JsonSerializer.Deserialize<CellDocument>(File.ReadAllText(path), Options);
            return document ?? throw new BadInputException($"{path}: holds no cell; run the experiment again");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: not the description of a cell: {error.Message.ReplaceLineEndings(" ")}; run the experiment again", error);
        }
    }
}
