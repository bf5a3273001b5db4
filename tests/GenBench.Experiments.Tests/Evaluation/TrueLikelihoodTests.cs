using System.Text.Json.Nodes;
using GenBench.Core;
using GenBench.Data;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Experiments.Training;
using GenBench.Tests.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Tests.Experiments.Evaluation;

/// <summary>Every model that has a likelihood, on data whose law is known: a small <c>experiments/truth.json</c>.</summary>
public sealed class TrueLikelihoodTests : TrainerFixture
{
    private static readonly string[] Oracles = ["gaussian-field", "mixture-of-templates"];
    private static readonly EvaluationSpec Evaluation = new() { BatchSize = 30 };

    public static TheoryData<string, string> LikelihoodModels
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var definition in Registry.BuiltIn.Models)
            {
                var model = Create(definition, new DataSpec(new ImageShape(1, 16, 16), 10));
                if (model is ILikelihoodModel)
                    foreach (var oracle in Oracles)
                        data.Add(definition.Kind, oracle);
                model.Network.Dispose();
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(LikelihoodModels))]
    public void The_truth_stands_beside_every_figure_and_no_figure_is_better(string kind, string oracle)
    {
        using var dataset = Open(oracle, train: 256, test: 60);
        var model = Trained(kind, dataset, steps: 4);
        var spec = new LikelihoodSpec { Images = 60, ImportanceSamples = 4, Timesteps = 10 };
        var rows = LikelihoodEvaluator.Evaluate((ILikelihoodModel)model, dataset, spec, Evaluation, CPU, null, TestContext.Current.CancellationToken);
        var truth = Assert.Single(rows, row => row.Metric == "truth");
        Assert.Equal(("", "bits/dim", 60L), (truth.Kind, truth.Unit, truth.N));
        Assert.InRange(truth.Value, 3, 7); // the pixels' own noise has a deviation of 12, or above 4
        var figures = rows.Where(row => row.Metric == "nll").ToArray();
        Assert.NotEmpty(figures);
        Assert.Equal(2 * figures.Length + 1, rows.Count);
        foreach (var figure in figures)
        {
            var gap = Assert.Single(rows, row => row.Metric == "gap" && row.Kind == figure.Kind);
            Assert.Equal(figure.Value - truth.Value, gap.Value, 1e-9);
            Assert.True(gap.High > 0, $"{figure.Kind}: {gap}");
        }
    }

    [Fact]
    public void A_fitted_Gaussian_is_as_far_from_a_Gaussian_field_as_rounding_and_estimation_make_it()
    {
        using var dataset = Open("gaussian-field", train: 6400, test: 2000);
        var model = Trained("pixel-gaussian", dataset, steps: 100);
        var rows = LikelihoodEvaluator.Evaluate(
            (ILikelihoodModel)model, dataset, new LikelihoodSpec { Images = 2000 }, Evaluation, CPU, null, TestContext.Current.CancellationToken);
        var gap = Assert.Single(rows, row => row.Metric == "gap");
        // Half of 64 + 64·65/2 parameters over 6400 images is 0.168 nats an image, 0.0038 bits/dim. The pixels' own noise has σ² > 20: a density
        // that is flat within each gray level adds up to 1/(24 σ²) nats a dimension, 0.003 bits/dim, and what dequantisation hides of the
        // neighbours as much again at most.
        Assert.InRange(gap.Value, 0.002, 0.012);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.05)]
    public void The_law_itself_has_no_gap_and_what_is_worse_has_that(double excess)
    {
        using var dataset = Open("gaussian-field", train: 1, test: 60);
        var rows = LikelihoodEvaluator.Evaluate(
            new Claim(dataset, excess), dataset, new LikelihoodSpec { Images = 60 }, Evaluation, CPU, null, TestContext.Current.CancellationToken);
        Assert.Equal(excess, Assert.Single(rows, row => row.Metric == "gap").Value, 1e-9);
    }

    [Fact]
    public void A_likelihood_better_than_the_truth_is_refused()
    {
        using var dataset = Open("gaussian-field", train: 1, test: 60);
        var error = Assert.Throws<ImpossibleLikelihoodException>(() => LikelihoodEvaluator.Evaluate(
            new Claim(dataset, -0.01), dataset, new LikelihoodSpec { Images = 60 }, Evaluation, CPU, null, TestContext.Current.CancellationToken));
        Assert.Contains("'exact' is better than the truth by 0.01 bits/dim", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.39, 1000, false)]
    [InlineData(-0.41, 1000, true)]
    [InlineData(-0.41, 29, false)]
    public void Four_standard_errors_of_enough_images_are_no_chance(double mean, long n, bool refused)
    {
        var gap = new MetricRow("gap", mean, mean - 0.1 * LikelihoodEvaluator.Z95, mean + 0.1 * LikelihoodEvaluator.Z95, n, "nats", "VLB", "");
        var error = Record.Exception(() => TrueLikelihood.ThrowIfImpossible(gap, truth: 100));
        Assert.Equal(refused, error is ImpossibleLikelihoodException);
    }

    [Fact]
    public void Binarised_images_have_another_law_and_data_of_unknown_law_have_no_truth()
    {
        using var oracle = Open("mixture-of-templates", train: 64, test: 40);
        using var shapes = Shapes.Open(new ShapesOptions { Resolution = 8, Train = 64, Validation = 0, Test = 40 }, "");
        foreach (var (dataset, likelihood) in new[] { (oracle, "bernoulli"), (shapes, "logistic") })
        {
            var model = Trained("vae", dataset, steps: 2, likelihood);
            var rows = LikelihoodEvaluator.Evaluate(
                (ILikelihoodModel)model, dataset, new LikelihoodSpec { Images = 40, ImportanceSamples = 2 }, Evaluation, CPU, null, TestContext.Current.CancellationToken);
            Assert.All(rows, row => Assert.Equal("nll", row.Metric));
        }
    }

    private static Dataset Open(string name, int train, int test) => Registry.BuiltIn.OpenDataset(
        Registry.BuiltIn.ChooseDataset(name, new JsonObject { ["resolution"] = 8, ["train"] = train, ["validation"] = 0, ["test"] = test }), "");

    /// <summary>A model under its default options but few timesteps, of 8-bit pixels where it has a choice.</summary>
    private static IGenerativeModel Create(ModelDefinition definition, DataSpec data, string likelihood = "logistic")
    {
        random.manual_seed(1);
        var options = Activator.CreateInstance(definition.OptionsType)!;
        definition.OptionsType.GetProperty("Timesteps")?.SetValue(options, 20);
        definition.OptionsType.GetProperty("Likelihood")?.SetValue(options, likelihood);
        return definition.Create(options, data);
    }

    private IGenerativeModel Trained(string kind, Dataset dataset, int steps, string likelihood = "logistic")
    {
        var model = Create(Registry.BuiltIn.Models.Single(definition => definition.Kind == kind), dataset.Spec, likelihood);
        using var batches = new DatasetBatches(dataset.Train, batchSize: 64, model.Encoding, flip: false, seed: 1, CPU);
        Train(model, new TrainingSpec { Steps = steps, BatchSize = 64 }, $"{kind}-{dataset.Name}", batches);
        return model;
    }

    /// <summary>Says of every image what its law says, and so much more.</summary>
    private sealed class Claim(Dataset dataset, double excess) : ILikelihoodModel
    {
        public nn.Module Network => throw new NotSupportedException();

        public IReadOnlyList<Stage> Stages => [];

        public PixelEncoding Encoding => PixelEncoding.Symmetric;

        public long MacsPerEvaluation => 0;

        public IReadOnlyList<LikelihoodEstimate> Likelihood(Batch batch, LikelihoodRequest request)
        {
            var logs = dataset.LogProbability!(PixelCodec.Decode(batch.Images, Encoding));
            return [new LikelihoodEstimate("exact", "bits/dim", logs / (-Math.Log(2) * dataset.Spec.Shape.Dimensions) + excess)];
        }
    }
}
