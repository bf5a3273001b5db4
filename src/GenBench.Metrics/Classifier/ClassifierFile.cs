using System.Globalization;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Classifier;

/// <summary>A classifier's weights as a safetensors file: the network's state under PyTorch's names, and in the
/// metadata its shape, its classes and how it was made.</summary>
internal static class ClassifierFile
{
    internal static void Write(Stream stream, ClassifierNetwork network, IReadOnlyDictionary<string, string> metadata)
    {
        var described = new Dictionary<string, string>(metadata)
        {
            ["shape"] = network.Shape.ToString(),
            ["classes"] = network.Classes.ToString(CultureInfo.InvariantCulture),
        };
        Safetensors.Write(stream, network.state_dict(), described);
    }

    /// <exception cref="InvalidDataException">The stream holds no such file.</exception>
    internal static (ClassifierNetwork Network, IReadOnlyDictionary<string, string> Metadata) Read(Stream stream)
    {
        var (tensors, metadata) = Safetensors.Read(stream);
        try
        {
            var network = new ClassifierNetwork(ShapeOf(metadata), int.Parse(Member(metadata, "classes"), CultureInfo.InvariantCulture));
            var state = network.state_dict();
            if (!state.Keys.ToHashSet().SetEquals(tensors.Keys))
                throw new InvalidDataException("the file does not hold the tensors of the classifier");
            using var quiet = no_grad();
            foreach (var (name, value) in state)
            {
                if (!value.shape.AsSpan().SequenceEqual(tensors[name].shape))
                    throw new InvalidDataException($"'{name}' has the shape [{string.Join(", ", tensors[name].shape)}], not [{string.Join(", ", value.shape)}]");
                value.copy_(tensors[name]);
            }
            network.eval();
            return (network, metadata);
        }
        finally
        {
            foreach (var value in tensors.Values)
                value.Dispose();
        }
    }

    private static ImageShape ShapeOf(Dictionary<string, string> metadata)
    {
        var sizes = Member(metadata, "shape").Split('x');
        return sizes.Length == 3 && sizes.All(size => int.TryParse(size, CultureInfo.InvariantCulture, out _))
            ? new ImageShape(int.Parse(sizes[0], CultureInfo.InvariantCulture), int.Parse(sizes[1], CultureInfo.InvariantCulture), int.Parse(sizes[2], CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"the metadata name the shape '{metadata["shape"]}', which is not CxHxW");
    }

    private static string Member(Dictionary<string, string> metadata, string name) =>
        metadata.TryGetValue(name, out var value) ? value : throw new InvalidDataException($"the metadata hold no '{name}'; this is no classifier's weights file");
}
