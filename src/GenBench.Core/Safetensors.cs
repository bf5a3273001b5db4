using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace GenBench.Core;

/// <summary>
/// Reads and writes the safetensors format: an 8-byte little-endian header length, a JSON header of name → dtype,
/// shape and byte range, then the data. Every length is checked before it is used.
/// </summary>
public static class Safetensors
{
    private const int MaxHeader = 100_000_000; // the format's own limit
    private static readonly Dictionary<ScalarType, string> Names = new()
    {
        [ScalarType.Float64] = "F64",
        [ScalarType.Float32] = "F32",
        [ScalarType.Float16] = "F16",
        [ScalarType.BFloat16] = "BF16",
        [ScalarType.Int64] = "I64",
        [ScalarType.Int32] = "I32",
        [ScalarType.Int16] = "I16",
        [ScalarType.Int8] = "I8",
        [ScalarType.Byte] = "U8",
        [ScalarType.Bool] = "BOOL",
    };

    /// <summary>Writes tensors in ordinal order of their names, the same bytes for the same content.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, value) in ordered)
        {
            using var scope = NewDisposeScope();
            var flat = value.detach().cpu().contiguous();
            if (flat.numel() > 0)
                stream.Write(flat.bytes);
        }
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            var offset = 0L;
            foreach (var (name, value) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Names[value.dtype]);
                json.WriteStartArray("shape");
                foreach (var size in value.shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += value.numel() * value.ElementSize);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    /// <summary>Reads all tensors onto the CPU; the caller owns them.</summary>
    /// <exception cref="InvalidDataException">The stream is not a whole, well-formed safetensors file.</exception>
    public static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(Stream stream)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(ReadExactly(stream, 8, "the header's length"));
        if (length is 0 or > MaxHeader || stream.CanSeek && (long)length > stream.Length - stream.Position)
            throw new InvalidDataException($"safetensors: a header of {length} bytes does not fit the file");
        var tensors = new Dictionary<string, Tensor>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using var header = JsonDocument.Parse(ReadExactly(stream, (int)length, "the header"));
            var entries = header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__")
                .Select(entry => (entry.Name, Value: ParseEntry(entry))).OrderBy(entry => entry.Value.Begin).ToArray();
            if (header.RootElement.TryGetProperty("__metadata__", out var pairs))
                foreach (var pair in pairs.EnumerateObject())
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
            var position = 0L;
            foreach (var (name, entry) in entries)
            {
                if (entry.Begin != position)
                    throw new InvalidDataException($"safetensors: the data of '{name}' begin at {entry.Begin}, not {position}");
                tensors.Add(name, ReadTensor(stream, name, entry));
                position = entry.End;
            }
            return (tensors, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or OverflowException)
        {
            Release(tensors);
            throw new InvalidDataException($"safetensors: {error.Message}", error);
        }
        catch (InvalidDataException)
        {
            Release(tensors);
            throw;
        }
    }

    private sealed record Entry(ScalarType Type, long[] Shape, long Begin, long End);

    private static Entry ParseEntry(JsonProperty property)
    {
        var dtype = property.Value.GetProperty("dtype").GetString();
        var type = Names.FirstOrDefault(pair => pair.Value == dtype);
        if (type.Value is null)
            throw new InvalidDataException($"safetensors: '{property.Name}' has the unknown dtype '{dtype}'");
        var shape = property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = property.Value.GetProperty("data_offsets");
        if (shape.Any(size => size < 0) || offsets.GetArrayLength() != 2)
            throw new InvalidDataException($"safetensors: '{property.Name}' has a malformed shape or range");
        return new Entry(type.Key, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    private static Tensor ReadTensor(Stream stream, string name, Entry entry)
    {
        var size = entry.End - entry.Begin;
        var elements = entry.Shape.Aggregate(1L, (product, length) => checked(product * length));
        using var sample = empty(0, entry.Type);
        if (size != checked(elements * sample.ElementSize) || stream.CanSeek && size > stream.Length - stream.Position)
            throw new InvalidDataException($"safetensors: '{name}' claims {size} bytes, which do not fit its shape or the file");
        var value = empty(entry.Shape, entry.Type);
        if (size > 0)
            value.bytes = ReadExactly(stream, checked((int)size), $"'{name}'");
        return value.DetachFromDisposeScope();
    }

    private static byte[] ReadExactly(Stream stream, int count, string what)
    {
        var bytes = new byte[count];
        if (stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count)
            throw new InvalidDataException($"safetensors: the file ends inside {what}");
        return bytes;
    }

    private static void Release(Dictionary<string, Tensor> tensors)
    {
        foreach (var value in tensors.Values)
            value.Dispose();
    }
}
