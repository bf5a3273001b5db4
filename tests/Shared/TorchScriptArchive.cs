using System.IO.Compression;
using System.Text;

namespace GenBench.Tests;

/// <summary>
/// Writes TorchScript modules without Python: the archive that <c>torch.jit.save</c> writes is a zip of the module's code, a
/// pickle of its attributes (here <c>training</c> alone), a pickle of no constants, and a version.
/// </summary>
internal static class TorchScriptArchive
{
    /// <summary>A network with the arguments of NVIDIA's Inception: features of four convolutions' means over quarters of the image, and
    /// probabilities of four classes, with or without a bias. Anything in half precision would be far off.</summary>
    internal const string InceptionLike = """
          def forward(self: __torch__.standin.Net,
            img: Tensor,
            return_features: bool=False,
            use_fp16: bool=False,
            no_output_bias: bool=False) -> Tensor:
            batch_size, channels, height, width, = torch.size(img)
            if torch.eq(channels, 3):
              pass
            else:
              ops.prim.RaiseException("AssertionError: ")
            x = torch.div(torch.to(img, 6), 255.)
            kernel = torch.reshape(torch.sin(torch.arange(108, dtype=6)), [4, 3, 3, 3])
            features = torch.flatten(torch.adaptive_avg_pool2d(torch.conv2d(x, kernel), [2, 2]), 1)
            if use_fp16:
              features0 = torch.mul(features, 1000.)
            else:
              features0 = features
            if return_features:
              result = features0
            else:
              logits = torch.slice(features0, 1, 0, 4)
              if no_output_bias:
                biased = logits
              else:
                biased = torch.add(logits, torch.arange(4, dtype=6))
              result = torch.softmax(biased, 1)
            return result
        """;

    /// <summary>The same with its flags in another order, and <c>use_fp16</c> meaning the opposite.</summary>
    internal static string Reordered { get; } = InceptionLike
        .Replace("return_features: bool=False,", "no_output_bias: bool=False,", StringComparison.Ordinal)
        .Replace("no_output_bias: bool=False)", "return_features: bool=False)", StringComparison.Ordinal)
        .Replace("use_fp16: bool=False", "use_fp16: bool=True", StringComparison.Ordinal)
        .Replace("if use_fp16:", "if torch.__not__(use_fp16):", StringComparison.Ordinal);

    /// <summary>One channel's mean, and how many images it was called with.</summary>
    internal const string CountingImages = """
          def forward(self: __torch__.standin.Net,
            img: Tensor) -> Tensor:
            batch_size, channels, height, width, = torch.size(img)
            means = torch.mean(torch.to(img, 6), [2, 3])
            return torch.cat([means, torch.full([batch_size, 1], batch_size, dtype=6)], 1)
        """;

    /// <summary>Writes a module whose class has this body.</summary>
    internal static string Write(string path, string body)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("data.pkl", [0x80, 2, .. "c__torch__.standin\nNet\nq\0)"u8, 0x81, .. "}(X\x08\0\0\0trainingq\x01"u8, 0x89, .. "ubq\x02."u8]);
        Add("code/__torch__/standin.py", Encoding.ASCII.GetBytes($"""
            class Net(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            {body}

            """));
        Add("constants.pkl", [0x80, 2, .. ")."u8]);
        Add("version", "3\n"u8);
        return path;

        void Add(string name, ReadOnlySpan<byte> content)
        {
            using var entry = zip.CreateEntry($"standin/{name}", CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
    }
}
