using System.Text.Encodings.Web;
using System.Text.Json;
using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Matrix;

/// <summary>Reads and writes <c>cell.json</c>: indented, camelCase, the same bytes for the same content. A cell read
/// back is the cell that was written, down to its keys.</summary>
public static class CellDocuments
{
    /// <summary>Version of the results format that is written.</summary>
    public const int FormatVersion = 1;

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
    /// <exception cref="BadInputException">The file is missing, cut short, of another format version or not what <see cref="Write"/> writes.</exception>
    public static CellDocument Read(string path) => Read<CellDocument>(path);

    /// <summary>Writes a dataset's <c>baseline.json</c>, atomically.</summary>
    public static void WriteBaseline(string path, BaselineDocument document) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(document, Options) + "\n");

    /// <summary>Reads a dataset's <c>baseline.json</c>.</summary>
    /// <exception cref="BadInputException">The file is missing, cut short or not what <see cref="WriteBaseline"/> writes.</exception>
    public static BaselineDocument ReadBaseline(string path) => Read<BaselineDocument>(path);

    /// <summary>Whether a cell is described there as it is asked for now, samplers and evaluation included.</summary>
    /// <exception cref="BadInputException">The file is not what <see cref="Write"/> writes.</exception>
    public static bool Describes(string path, Cell cell) => File.Exists(path) && Same(Read(path).Cell, cell);

    /// <summary>Whether a document says the same as another.</summary>
    internal static bool Same<T>(T document, T other) => JsonSerializer.Serialize(document, Options) == JsonSerializer.Serialize(other, Options);

    /// <summary>Says so where a document is of another version of the results format than this one.</summary>
    /// <exception cref="BadInputException">It is.</exception>
    internal static void CheckFormat(string path, int version)
    {
        if (version != FormatVersion)
            throw new BadInputException($"{path}: is in version {version} of the results format, {(version > FormatVersion ? "newer" : "older")} than "
                + $"the {FormatVersion} that this genbench reads; use the one that wrote it, or move the folder away");
    }

    private sealed record Versioned(int FormatVersion);

    /// <summary>Writes a dataset's <c>controls.json</c>, atomically.</summary>
    public static void WriteControls(string path, ControlDocument document) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(document, Options) + "\n");

    /// <summary>Reads a dataset's <c>controls.json</c>.</summary>
    /// <exception cref="BadInputException">The file is missing, cut short or not what <see cref="WriteControls"/> writes.</exception>
    public static ControlDocument ReadControls(string path) => Read<ControlDocument>(path);

    private static T Read<T>(string path)
        where T : class
    {
        try
        {
            var text = File.ReadAllText(path);
            var version = JsonSerializer.Deserialize<Versioned>(text, Options)?.FormatVersion
                ?? throw new BadInputException($"{path}: is empty; restore it, or delete the folder and run the experiment again");
            CheckFormat(path, version);
            return JsonSerializer.Deserialize<T>(text, Options)!;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: not the description of a cell: {error.Message.ReplaceLineEndings(" ")}; restore it, or delete the folder and run the experiment again", error);
        }
    }
}
