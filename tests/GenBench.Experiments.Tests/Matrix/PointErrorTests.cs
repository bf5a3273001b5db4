using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;

namespace GenBench.Tests.Experiments;

/// <summary>What has no meaning for points, or for images, is refused with its place before anything is trained.</summary>
public sealed class PointErrorTests
{
    private static Experiment Read(string datasets, string model, string evaluation = "")
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $$"""
                { "name": "t", "datasets": [{{datasets}}], "training": { "steps": 1 },
                "models": [{{model}}],
                "evaluation": { {{evaluation}} } }
                """);
            return ExperimentFile.Read(path, Registry.BuiltIn, MetricNames.All);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("""{ "name": "moons" }""", """{ "kind": "vae" }""", """ "metrics": ["mmd2", "fid_clf"] """,
        "evaluation.metrics[1]: 'fid_clf' has no meaning for moons; metrics that have: sliced_wasserstein, mmd2")]
    [InlineData("""{ "name": "moons" }, { "name": "shapes" }""", """{ "kind": "vae", "options": { "hidden": 8 } }""", """ "metrics": ["mmd2"] """,
        "evaluation.metrics[0]: 'mmd2' has no meaning for shapes; metrics that have: fid_clf, kid_clf, is_clf, precision, recall, density, coverage, confident, class_accuracy, class_entropy")]
    [InlineData("""{ "name": "gaussians" }""", """{ "kind": "latent-diffusion" }""", "",
        "models[0].options.factor: an autoencoder has nothing to shrink in points of 2 coordinates; give latent-diffusion images, or diffuse points without one")]
    [InlineData("""{ "name": "gaussians" }""", """{ "kind": "ddpm", "options": { "patch": 1 } }""", "",
        "models[0].options.patch: has no meaning for points; leave it out")]
    [InlineData("""{ "name": "gaussians" }""", """{ "kind": "realnvp", "options": { "logit": 0.1 } }""", "",
        "models[0].options.logit: has no meaning for real values; leave it out")]
    [InlineData("""{ "name": "checkerboard" }""", """{ "kind": "dcgan", "options": { "conditional": true } }""", "",
        "models[0].options.conditional: needs a dataset with labels, and this one has none; set it to false or choose another dataset")]
    [InlineData("""{ "name": "swiss-roll", "noise": 0.01 }""", """{ "kind": "glow" }""", "", "datasets[0].noise: must be between 0.05 and 2, found 0.01")]
    public void A_wrong_combination_is_placed(string datasets, string model, string evaluation, string message) =>
        Assert.EndsWith(message, Assert.Throws<BadInputException>(() => Read(datasets, model, evaluation)).Message, StringComparison.Ordinal);

    [Fact]
    public void Metrics_that_are_not_given_are_those_that_suit_the_data()
    {
        var cells = Read("""{ "name": "moons" }, { "name": "shapes" }""", """{ "kind": "vae", "options": { "hidden": 8 } }""", """ "samples": 100 """).Cells;
        Assert.Equal(["sliced_wasserstein", "mmd2"], cells[0].Evaluation.Metrics);
        Assert.Equal(new EvaluationSpec().Metrics, cells[1].Evaluation.Metrics);
        Assert.Equal(100, cells[0].Evaluation.Samples);
    }

    [Fact]
    public void A_cell_of_points_read_back_knows_that_they_are_reals()
    {
        var cell = Read("""{ "name": "moons" }, { "name": "shapes" }""", """{ "kind": "vae", "options": { "hidden": 8 } }""").Cells;
        var document = new CellDocument(1, cell[0], null, new Dictionary<string, string>(), 1);
        var json = CellDocuments.ToJson(document);
        Assert.Contains("\"values\": \"reals\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"values\"", CellDocuments.ToJson(document with { Cell = cell[1] }), StringComparison.Ordinal);
        var path = Path.GetTempFileName();
        try
        {
            CellDocuments.Write(path, document);
            Assert.Equal(cell[0].Dataset.Data, CellDocuments.Read(path).Cell.Dataset.Data);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
