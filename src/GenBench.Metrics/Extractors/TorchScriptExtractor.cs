using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Metrics.Extractors;

/// <summary>
/// Features of a TorchScript module that takes uint8 [N, 3, H, W] and gives [N, D]; gray images are repeated to three
/// channels. A module whose <c>forward</c> has the flag <c>return_features</c>, as NVIDIA's metric networks do, is called
/// with it raised. One that also has <c>no_output_bias</c> gives class probabilities, those without the output's bias, when
/// called with that flag alone: they are the ones that the Inception score is defined on, and no softmax is applied to them again.
/// </summary>
public sealed partial class TorchScriptExtractor : IFeatureExtractor
{
    private const int InternalBatch = 32;
    private const string FeatureFlag = "return_features";
    private const string ClassFlag = "no_output_bias";

    private readonly string path;
    private readonly TorchScriptSignature signature;
    private readonly jit.ScriptModule module;

    private TorchScriptExtractor(string path, string name, string checksum, TorchScriptSignature signature, jit.ScriptModule module) =>
        (this.path, Name, Checksum, this.signature, this.module) = (path, name, checksum, signature, module);

    /// <summary>Empty where the file is <see cref="InceptionFile"/> by its checksum; else the file's own name.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public string Checksum { get; }

    /// <inheritdoc/>
    public string Preprocessing =>
        $"gray repeated to three channels, {(Name.Length == 0 ? "resized to 299x299 inside the network" : "not resized before the module")}";

    /// <inheritdoc/>
    public int Channels => 3;

    /// <inheritdoc/>
    public bool HasClasses => signature.Has(FeatureFlag) && signature.Has(ClassFlag);

    /// <summary>Loads a module onto the CPU, in evaluation mode.</summary>
    /// <param name="path">The file that <c>torch.jit.save</c> wrote. Its operators must be libtorch's own.</param>
    /// <exception cref="BadInputException">The file is missing, holds no module, or has a name that its figures cannot bear.</exception>
    public static TorchScriptExtractor Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var checksum = Convert.ToHexStringLower(SHA256.HashData(file));
            var name = checksum == InceptionFile.Sha256 ? "" : NameOf(path);
            file.Position = 0;
            var signature = TorchScriptSignature.Read(file);
            var module = jit.load(path);
            module.eval();
            return new TorchScriptExtractor(path, name, checksum, signature, module);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ExternalException)
        {
            throw new BadInputException($"{path}: no TorchScript module that can be used (torch.jit.save writes them): {Reason(error)}", error);
        }
    }

    /// <inheritdoc/>
    public Tensor Features(Tensor images, CancellationToken cancellation = default) => Run(images, FeatureFlag, cancellation);

    /// <inheritdoc/>
    public Tensor Probabilities(Tensor images, CancellationToken cancellation = default) => HasClasses
        ? Run(images, ClassFlag, cancellation)
        : throw new BadInputException($"{path}: the module has no class probabilities (its forward lacks {FeatureFlag} and {ClassFlag}); there is no Inception score on it");

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    private Tensor Run(Tensor images, string flag, CancellationToken cancellation) => FixedBatches.Run(images, InternalBatch, batch =>
    {
        var arguments = signature.Arguments(batch.shape[1] == 1 ? batch.expand(-1, 3, -1, -1).contiguous() : batch, flag);
        try
        {
            return module.call(arguments) is Tensor output && output.shape.Length == 2 && output.shape[0] == batch.shape[0] && output.shape[1] > 0
                ? output
                : throw new BadInputException($"{path}: an extractor gives one tensor [N, D] for uint8 [N, 3, H, W]; this module does not");
        }
        catch (ExternalException error)
        {
            throw new BadInputException($"{path}: the module fails on uint8 [{string.Join(", ", batch.shape)}]: {Reason(error)}", error);
        }
    }, cancellation);

    private static string NameOf(string path)
    {
        var name = NotInNames().Replace(Path.GetFileNameWithoutExtension(path).ToLowerInvariant(), "-");
        return name is "" or "clf"
            ? throw new BadInputException($"{path}: figures on it would be called 'fid_{name}', which they are not; rename the file")
            : name;
    }

    /// <summary>The one line of libtorch's message that says what is wrong.</summary>
    private static string Reason(Exception error)
    {
        var lines = error.Message.Split("Exception raised from", 2)[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(line => line.StartsWith("RuntimeError", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "no reason given";
    }

    [GeneratedRegex("[^a-z0-9._-]+")]
    private static partial Regex NotInNames();
}
