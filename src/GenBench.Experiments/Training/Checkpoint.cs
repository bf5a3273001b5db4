using System.Text.Json;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>A checkpoint read back: where training stood, and the tensors on the CPU.</summary>
internal sealed record Checkpoint(string Path, TrainingState State, IReadOnlyDictionary<string, Tensor> Tensors) : IDisposable
{
    private const string StateEntry = "training_state";

    public static void Write(Stream stream, TrainingState state, IReadOnlyDictionary<string, Tensor> tensors) =>
        Safetensors.Write(stream, tensors, new Dictionary<string, string> { [StateEntry] = JsonSerializer.Serialize(state) });

    /// <exception cref="InvalidDataException">The stream is no checkpoint.</exception>
    public static Checkpoint Read(string path, Stream stream)
    {
        var (tensors, metadata) = Safetensors.Read(stream);
        try
        {
            var state = JsonSerializer.Deserialize<TrainingState>(metadata.GetValueOrDefault(StateEntry, "null"))
                ?? throw new InvalidDataException("it has no training state");
            return new Checkpoint(path, state, tensors);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            foreach (var value in tensors.Values)
                value.Dispose();
            throw new InvalidDataException(error.Message, error);
        }
    }

    public void Dispose()
    {
        foreach (var value in Tensors.Values)
            value.Dispose();
    }
}
