using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>Copying between dictionaries of named tensors.</summary>
internal static class NamedTensors
{
    /// <summary>Copies every source into the target of the same name.</summary>
    /// <exception cref="InvalidDataException">A name, shape or dtype is in one and not in the other; nothing was copied.</exception>
    public static void CopyInto(IReadOnlyDictionary<string, Tensor> targets, IReadOnlyDictionary<string, Tensor> sources)
    {
        foreach (var (name, target) in targets)
        {
            if (!sources.TryGetValue(name, out var source))
                throw new InvalidDataException($"'{name}' is missing");
            if (!source.shape.AsSpan().SequenceEqual(target.shape))
                throw new InvalidDataException($"'{name}' is [{string.Join(", ", source.shape)}], the model's is [{string.Join(", ", target.shape)}]");
            if (source.dtype != target.dtype)
                throw new InvalidDataException($"'{name}' is {source.dtype}, the model's is {target.dtype}");
        }
        if (sources.Keys.FirstOrDefault(name => !targets.ContainsKey(name)) is { } unknown)
            throw new InvalidDataException($"the model has no '{unknown}'");
        using var noGrad = no_grad();
        foreach (var (name, target) in targets)
            target.copy_(sources[name]);
    }
}
