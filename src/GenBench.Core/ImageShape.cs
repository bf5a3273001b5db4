using System.Text.Json.Serialization;

namespace GenBench.Core;

/// <summary>Shape of one image. A point of D-space is one of D channels and a single position.</summary>
/// <param name="Channels">1 for gray, 3 for RGB.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Width">Width in pixels.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values in one image, C·H·W: the D of bits per dimension.</summary>
    public int Dimensions => Channels * Height * Width;

    /// <inheritdoc/>
    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>What the values of an image are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataValues>))]
public enum DataValues
{
    /// <summary>Whole numbers of 0…255, kept as uint8 and encoded for a model; their likelihoods are probabilities, in bits per dimension.</summary>
    [JsonStringEnumMemberName("bytes")]
    Bytes,

    /// <summary>Real numbers, kept as float32 and given to a model as they are; their likelihoods are densities, in nats.</summary>
    [JsonStringEnumMemberName("reals")]
    Reals,
}

/// <summary>What a model may know of its data before it sees any.</summary>
/// <param name="Shape">Shape of one image.</param>
/// <param name="Classes">Number of classes; 0 where there are no labels.</param>
public sealed record DataSpec(ImageShape Shape, int Classes)
{
    /// <summary>What the values are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DataValues Values { get; init; } = DataValues.Bytes;

    /// <summary>Whether an image is a point: real coordinates along the channels, neither height nor width.</summary>
    [JsonIgnore]
    public bool IsPoints => Values == DataValues.Reals && Shape is { Height: 1, Width: 1 };
}
