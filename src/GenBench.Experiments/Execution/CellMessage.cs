using System.Text.Json;
using System.Text.Json.Serialization;

namespace GenBench.Experiments.Execution;

/// <summary>What a child process tells its supervisor: one JSON object a line on its standard output.</summary>
public sealed record CellMessage
{
    /// <summary>What the cell is doing, e.g. <c>training autoencoder</c> or <c>sampling ddim(steps=20)</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>How far the phase is, from 0 to 1.</summary>
    public double? Fraction { get; init; }

    /// <summary>Training step, or network evaluation within a batch of samples.</summary>
    public long? Step { get; init; }

    /// <summary>Loss of the latest logged step, while training.</summary>
    public double? Loss { get; init; }

    /// <summary>Images per second in this phase.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>Estimated seconds until the phase ends.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>A line for the log.</summary>
    public string? Note { get; init; }

    /// <summary>Why the cell failed; the last message of a failing child.</summary>
    public string? Failure { get; init; }

    /// <summary>The message as one line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, CellMessageJson.Default.CellMessage);

    /// <summary>Reads a line; null where it is no message (a library printed it).</summary>
    public static CellMessage? Parse(string line)
    {
        if (!line.StartsWith('{'))
            return null;
        try
        {
            return JsonSerializer.Deserialize(line, CellMessageJson.Default.CellMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(CellMessage))]
internal sealed partial class CellMessageJson : JsonSerializerContext;
