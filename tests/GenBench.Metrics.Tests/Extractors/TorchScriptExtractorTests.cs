using System.IO.Compression;
using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Metrics;
using GenBench.Metrics.Extractors;
using static TorchSharp.torch;

namespace GenBench.Tests.Metrics.Extractors;

/// <summary>With a stand-in of Inception's signature, whose outputs are known.</summary>
public sealed class TorchScriptExtractorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private TorchScriptExtractor Load(string body, string name = "net.pt") => TorchScriptExtractor.Load(TorchScriptArchive.Write(folder[name], body));

    private static Tensor Images(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randint(256, shape, ScalarType.Byte, generator: generator);
    }

    /// <summary>What the stand-in's features are.</summary>
    private static Tensor Expected(Tensor images)
    {
        using var scope = NewDisposeScope();
        var kernel = arange(108, ScalarType.Float32).sin().reshape(4, 3, 3, 3);
        var convolved = nn.functional.conv2d(images.to(ScalarType.Float32).div(255), kernel);
        return nn.functional.adaptive_avg_pool2d(convolved, [2, 2]).flatten(1).to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().item<double>();

    [Theory]
    [InlineData(TorchScriptArchive.InceptionLike)]
    [InlineData(null)]
    public void Features_are_called_for_by_their_flag_wherever_it_stands(string? body)
    {
        using var scope = NewDisposeScope();
        using var extractor = Load(body ?? TorchScriptArchive.Reordered);
        var images = Images(1, 40, 3, 9, 11);
        var features = extractor.Features(images);
        Assert.Equal(ScalarType.Float64, features.dtype);
        Assert.Equal([40L, 16L], features.shape);
        Assert.InRange(Difference(Expected(images), features), 0, 1e-5);
        Assert.True(features.std().item<double>() > 0.01);
    }

    [Theory]
    [InlineData(TorchScriptArchive.InceptionLike)]
    [InlineData(null)]
    public void Probabilities_are_those_without_bias_and_pass_one_softmax_only(string? body)
    {
        using var scope = NewDisposeScope();
        using var extractor = Load(body ?? TorchScriptArchive.Reordered);
        var images = Images(2, 5, 3, 8, 8);
        Assert.True(extractor.HasClasses);
        var probabilities = extractor.Probabilities(images);
        Assert.InRange(Difference(Expected(images).narrow(1, 0, 4).softmax(1), probabilities), 0, 1e-6);
        // What a second softmax, or the output's bias, would make of them is far off.
        Assert.True(Difference(probabilities.softmax(1), probabilities) > 0.01);
        Assert.Equal(10, InceptionScore.FromProbabilities(probabilities.repeat(2, 1), 0).N);
    }

    [Fact]
    public void Gray_images_are_repeated_to_three_channels()
    {
        using var scope = NewDisposeScope();
        using var extractor = Load(TorchScriptArchive.InceptionLike);
        var gray = Images(3, 7, 1, 8, 8);
        Assert.Equal(0, Difference(extractor.Features(gray.repeat(1, 3, 1, 1)), extractor.Features(gray)));
        Assert.Contains("gray repeated to three channels", extractor.Preprocessing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(70)]
    public void The_module_always_sees_the_same_number_of_images(int count)
    {
        using var scope = NewDisposeScope();
        using var extractor = Load(TorchScriptArchive.CountingImages);
        Assert.False(extractor.HasClasses);
        var features = extractor.Features(Images(4, count, 3, 5, 5));
        Assert.Equal(Enumerable.Repeat(32.0, count), features.select(1, 3).data<double>().ToArray());
    }

    [Fact]
    public void Features_do_not_depend_on_the_batch_and_nothing_is_left_behind()
    {
        using var extractor = Load(TorchScriptArchive.InceptionLike);
        using (NewDisposeScope()) // the first calls are compiled
            for (var i = 0; i < 3; i++)
                extractor.Features(Images(5, 2, 3, 32, 32));
        var before = TensorCount.AfterCollection();
        using (NewDisposeScope())
        {
            var images = Images(6, 100, 3, 32, 32);
            var whole = extractor.Features(images);
            foreach (var size in new[] { 1, 7, 32, 33, 99 })
            {
                var parts = Enumerable.Range(0, (99 + size) / size).Select(i => extractor.Features(images.narrow(0, i * size, Math.Min(size, 100 - i * size))));
                Assert.InRange(Difference(whole, cat([.. parts])), 0, 1e-6);
            }
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Only_the_genuine_checksum_is_called_inception()
    {
        using var extractor = Load(TorchScriptArchive.InceptionLike, InceptionFile.FileName);
        Assert.Equal("inception-2015-12-05", extractor.Name);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder[InceptionFile.FileName]))), extractor.Checksum);
        using var other = Load(TorchScriptArchive.InceptionLike, "DINO v2 (giant).pt");
        Assert.Equal("dino-v2-giant-", other.Name);
        Assert.Contains("rename", Assert.Throws<BadInputException>(() => Load(TorchScriptArchive.InceptionLike, "clf.pt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_extractor_is_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        Refused(() => TorchScriptExtractor.Load(folder["absent.pt"]), "absent.pt");
        File.WriteAllBytes(folder["noise.pt"], [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 7))]);
        Refused(() => TorchScriptExtractor.Load(folder["noise.pt"]), "noise.pt", "torch.jit.save");
        using (var zip = ZipFile.Open(folder["weights.pt"], ZipArchiveMode.Create))
            zip.CreateEntry("weights/data.pkl");
        Refused(() => TorchScriptExtractor.Load(folder["weights.pt"]), "weights.pt", "torch.save");

        using var counting = Load(TorchScriptArchive.CountingImages);
        Refused(() => counting.Probabilities(Images(7, 2, 3, 5, 5)), "net.pt", "Inception score");
        Refused(() => counting.Features(zeros(2, 3, 5, 5)), "uint8");
        Refused(() => counting.Features(Images(7, 0, 3, 5, 5)), "at least one");
        using var flat = Load("  def forward(self: __torch__.standin.Net,\n    img: Tensor) -> Tensor:\n    return torch.to(img, 6)", "flat.pt");
        Refused(() => flat.Features(Images(8, 2, 3, 5, 5)), "flat.pt", "[N, D]");
        using var choosy = Load("  def forward(self: __torch__.standin.Net,\n    img: Tensor) -> Tensor:\n    ops.prim.RaiseException(\"only cats\")\n    return img", "choosy.pt");
        Refused(() => choosy.Features(Images(8, 2, 3, 5, 5)), "choosy.pt", "only cats");
    }

    private static void Refused(Action action, params string[] saying)
    {
        var message = Assert.Throws<BadInputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        Assert.All(saying, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    /// <summary>The genuine network cannot be part of the suite; where the file is at hand, this is what must hold of it.</summary>
    [Fact]
    public void The_genuine_inception_has_2048_features_and_1008_classes()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("GENBENCH_DATA") ?? "data", "inception", InceptionFile.FileName);
        if (!File.Exists(path))
            Assert.Skip($"{InceptionFile.FileName} is not at hand: put it into inception/ of the folder that GENBENCH_DATA names");
        using var scope = NewDisposeScope();
        using var extractor = TorchScriptExtractor.Load(path);
        Assert.Equal("", extractor.Name);
        var images = Images(9, 3, 1, 28, 28);
        var features = extractor.Features(images);
        Assert.Equal([3L, 2048L], features.shape);
        Assert.InRange(Difference(features[0], extractor.Features(images.narrow(0, 0, 1))[0]), 0, 1e-5);
        var probabilities = extractor.Probabilities(images);
        Assert.Equal([3L, 1008L], probabilities.shape);
        Assert.InRange(Difference(probabilities.sum(1), ones(3, ScalarType.Float64)), 0, 1e-4);
    }
}
