using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Weights as safetensors: every parameter and buffer under PyTorch's name and layout.</summary>
public static class WeightsFile
{
    /// <summary>Writes a network's state, atomically.</summary>
    /// <returns>Hex SHA-256 of the file.</returns>
    public static string Save(string path, nn.Module network) => Save(path, network.state_dict());

    /// <summary>Writes named tensors, atomically.</summary>
    /// <returns>Hex SHA-256 of the file.</returns>
    public static string Save(string path, IReadOnlyDictionary<string, Tensor> state)
    {
        var checksum = "";
        AtomicFile.Write(path, stream =>
        {
            Safetensors.Write(stream, state);
            stream.Position = 0;
            checksum = Convert.ToHexStringLower(SHA256.HashData(stream));
        });
        return checksum;
    }

    /// <summary>Reads a network's state; names, shapes and dtypes have to be the network's own.</summary>
    /// <exception cref="BadInputException">The file is missing, broken or of another network; the network is unchanged.</exception>
    public static void Load(string path, nn.Module network)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var (tensors, _) = Safetensors.Read(stream);
            try
            {
                NamedTensors.CopyInto(network.state_dict(), tensors);
            }
            finally
            {
                foreach (var value in tensors.Values)
                    value.Dispose();
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {error.Message}", error);
        }
    }
}
