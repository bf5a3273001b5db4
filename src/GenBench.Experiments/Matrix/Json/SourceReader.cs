using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using GenBench.Core;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>Reads JSON into nodes that know their places. Comments and trailing commas are allowed; a member given
/// twice is not.</summary>
internal sealed class SourceReader
{
    private readonly string source;
    private readonly byte[] text;
    private readonly List<int> lineStarts = [0];

    private SourceReader(string source, byte[] text)
    {
        this.source = source;
        this.text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
                lineStarts.Add(i + 1);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="BadInputException">The file is missing or not JSON.</exception>
    internal static SourceNode ReadFile(string path)
    {
        try
        {
            return Read(path, File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException($"{path}: no such file; give the path of an experiment file", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Nodes of an object that stands in no file; messages open with <paramref name="source"/> alone.</summary>
    internal static SourceObject Read(string source, JsonObject value) =>
        (SourceObject)Convert(value, new Place(source, 0, 0), "options");

    private static SourceNode Convert(JsonNode? value, Place place, string path) => value switch
    {
        JsonObject members => new SourceObject(place, path,
            [.. members.Select(member => new SourceMember(member.Key, place, Convert(member.Value, place, $"{path}.{member.Key}")))]),
        JsonArray items => new SourceArray(place, path, [.. items.Select((item, i) => Convert(item, place, $"{path}[{i}]"))]),
        null => new SourceScalar(place, path, JsonValueKind.Null, "null"),
        _ when value.GetValueKind() == JsonValueKind.String => new SourceScalar(place, path, JsonValueKind.String, value.GetValue<string>()),
        _ => new SourceScalar(place, path, value.GetValueKind(), value.ToJsonString()),
    };

    private static SourceNode Read(string source, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
            throw new BadInputException($"{source}: not UTF-8 text; save it as UTF-8");
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        var text = bytes.AsSpan().StartsWith(byteOrderMark) ? bytes[byteOrderMark.Length..] : bytes;
        var reader = new SourceReader(source, text);
        try
        {
            var json = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            json.Read();
            var root = reader.Value(ref json, "");
            json.Read(); // anything after the root is an error of the reader's
            return root;
        }
        catch (JsonException error)
        {
            var start = reader.lineStarts[(int)error.LineNumber!.Value];
            var reason = error.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw reader.PlaceAt(start + (int)error.BytePositionInLine!.Value).Error("", $"not JSON: {reason}; mend it there");
        }
    }

    private SourceNode Value(ref Utf8JsonReader json, string path)
    {
        var place = PlaceAt((int)json.TokenStartIndex);
        return json.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref json, place, path),
            JsonTokenType.StartArray => Array(ref json, place, path),
            JsonTokenType.String => new SourceScalar(place, path, JsonValueKind.String, Text(ref json, place, path)),
            JsonTokenType.Number => new SourceScalar(place, path, JsonValueKind.Number, Token(ref json)),
            JsonTokenType.True => new SourceScalar(place, path, JsonValueKind.True, "true"),
            JsonTokenType.False => new SourceScalar(place, path, JsonValueKind.False, "false"),
            _ => new SourceScalar(place, path, JsonValueKind.Null, "null"),
        };
    }

    private SourceObject Object(ref Utf8JsonReader json, Place place, string path)
    {
        var members = new List<SourceMember>();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var namePlace = PlaceAt((int)json.TokenStartIndex);
            var name = Text(ref json, namePlace, path);
            json.Read();
            var member = new SourceMember(name, namePlace, Value(ref json, path.Length == 0 ? name : $"{path}.{name}"));
            if (members.FirstOrDefault(present => present.Name == name) is { } first)
                throw member.Error($"given twice, first in line {first.Place.Line}; remove one");
            members.Add(member);
        }
        return new SourceObject(place, path, members);
    }

    private SourceArray Array(ref Utf8JsonReader json, Place place, string path)
    {
        var items = new List<SourceNode>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            items.Add(Value(ref json, $"{path}[{items.Count}]"));
        return new SourceArray(place, path, items);
    }

    private static string Text(ref Utf8JsonReader json, Place place, string path)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw place.Error(path, "the text escapes half a surrogate pair; write the character itself");
        }
    }

    private static string Token(ref Utf8JsonReader json) => System.Text.Encoding.UTF8.GetString(json.ValueSpan);

    private Place PlaceAt(int offset)
    {
        var found = lineStarts.BinarySearch(offset);
        var line = found >= 0 ? found : ~found - 1;
        var before = text.AsSpan(lineStarts[line]..Math.Min(offset, text.Length));
        return new Place(source, line + 1, System.Text.Encoding.UTF8.GetCharCount(before) + 1);
    }
}
