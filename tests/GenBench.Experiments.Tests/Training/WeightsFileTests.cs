using GenBench.Core;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Training;

public sealed class WeightsFileTests
{
    private static string Saved(params (string Name, Tensor Value)[] tensors)
    {
        var path = Path.GetTempFileName();
        WeightsFile.Save(path, tensors.ToDictionary(pair => pair.Name, pair => pair.Value));
        return path;
    }

    [Fact]
    public void Weights_of_another_network_are_refused_with_the_name_and_change_nothing()
    {
        using var scope = NewDisposeScope();
        var network = nn.Linear(3, 2);
        var before = network.weight.clone();
        foreach (var (file, reason) in new[]
        {
            (Saved(("weight", zeros(2, 3))), "'bias' is missing"),
            (Saved(("weight", zeros(2, 4)), ("bias", zeros(2))), "'weight' is [2, 4], the model's is [2, 3]"),
            (Saved(("weight", zeros(2, 3)), ("bias", zeros(2, ScalarType.Float64))), "'bias' is Float64, the model's is Float32"),
            (Saved(("weight", zeros(2, 3)), ("bias", zeros(2)), ("scale", zeros(1))), "the model has no 'scale'"),
        })
        {
            var error = Assert.Throws<BadInputException>(() => WeightsFile.Load(file, network));
            Assert.Equal($"{file}: {reason}", error.Message);
            File.Delete(file);
        }
        Assert.True(before.equal(network.weight).all().item<bool>());
    }

    [Fact]
    public void A_missing_or_broken_file_is_bad_input()
    {
        var network = nn.Linear(3, 2);
        Assert.Throws<BadInputException>(() => WeightsFile.Load("/nowhere/weights.safetensors", network));
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "not safetensors");
        Assert.Contains(path, Assert.Throws<BadInputException>(() => WeightsFile.Load(path, network)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }
}
