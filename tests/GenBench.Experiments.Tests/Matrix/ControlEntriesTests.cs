using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Evaluation;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using GenBench.Tests.Results;

namespace GenBench.Tests.Experiments;

public sealed class ControlEntriesTests
{
    /// <summary>The controls of an experiment without models; the list begins in line 2.</summary>
    private static IReadOnlyList<DatasetControls> Read(string controls)
    {
        using var folder = new TemporaryFolder();
        var path = folder["x.json"];
        File.WriteAllText(path, $$"""
            { "name": "controlled", "datasets": [{ "name": "shapes", "train": 64, "test": 200 }, { "name": "gaussian-vectors", "train": 64, "test": 200 }], "controls": [
            {{controls}}
            ], "evaluation": { "samples": 500 } }
            """);
        try
        {
            var experiment = ExperimentFile.Read(path, Registry.BuiltIn, MetricNames.All);
            Assert.Empty(experiment.Cells);
            return experiment.Controls;
        }
        catch (BadInputException error)
        {
            throw new BadInputException(error.Message.Replace(path, "x.json", StringComparison.Ordinal), error);
        }
    }

    private static string[] Settings(DatasetControls controls) => [.. controls.Choices.Select(choice => $"{choice.Label} x {choice.Samples}")];

    [Fact]
    public void Lists_multiply_and_the_undisturbed_setting_comes_first_asked_for_or_not()
    {
        var both = Read("""{ "kind": "resample", "shift": [4, 8] }, { "kind": "resample", "samples": [300, 500] }, { "kind": "resample", "noise": 2, "samples": 250 }""");
        Assert.Equal(["shapes", "gaussian-vectors"], both.Select(controls => controls.Dataset.Name));
        Assert.All(both, controls => Assert.Equal(
            ["resample x 500", "resample x 300", "resample x 250", "resample(shift=4) x 500", "resample(shift=8) x 500", "resample(noise=2) x 250"], Settings(controls)));
        Assert.StartsWith("controls-shapes-", both[0].Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_can_be_for_one_dataset_alone()
    {
        var both = Read("""{ "kind": "resample", "dataset": "shapes", "droppedClasses": 1 }, { "kind": "resample", "dataset": "gaussian-vectors", "shift": 1 }""");
        Assert.Equal(["resample x 500", "resample(droppedClasses=1) x 500"], Settings(both[0]));
        Assert.Equal(["resample x 500", "resample(shift=1) x 500"], Settings(both[1]));
        Assert.Equal("shapes", Assert.Single(Read("""{ "kind": "resample", "dataset": "shapes" }""")).Dataset.Name);
    }

    [Theory]
    [InlineData("""{ "kind": "resampel" }""", "x.json:2:11: controls[0].kind: unknown control 'resampel'; did you mean 'resample'?")]
    [InlineData("""{ "kind": "resample", "shfit": 1 }""", "x.json:2:23: controls[0].shfit: unknown member; did you mean 'shift'?")]
    [InlineData("""{ "kind": "resample", "noise": 0.5 }""", "x.json:2:32: controls[0].noise: must be 0 or at least 1: noise of less than a gray level is lost in rounding")]
    [InlineData("""{ "kind": "resample", "samples": 199 }""", "x.json:2:34: controls[0].samples: must be between 200 and 10000000, found 199")]
    [InlineData("""{ "kind": "resample", "dataset": "shape" }""", "x.json:2:34: controls[0].dataset: unknown dataset 'shape'; did you mean 'shapes'?")]
    [InlineData("""{ "kind": "resample", "shift": [1, 1] }""", "x.json:2:1: controls[0]: resample(shift=1) of 500 images is the same setting as one of controls[0]; remove one")]
    public void A_wrong_control_is_placed(string controls, string message) =>
        Assert.Equal(message, Assert.Throws<BadInputException>(() => Read(controls)).Message);

    [Fact]
    public void A_control_that_a_dataset_does_not_allow_is_said_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var controls = Read("""{ "kind": "resample", "droppedClasses": 2 }""");
        var error = Assert.Throws<BadInputException>(() => GenBench.Experiments.Execution.ControlJobs.Checksums(controls, folder.Path, Registry.BuiltIn));
        Assert.Contains("droppedClasses: must be 0, since gaussian-vectors has no classes", error.Message, StringComparison.Ordinal);
        var few = controls.Select(each => each with { Evaluation = each.Evaluation with { Reference = "train" } }).ToArray();
        Assert.Equal(
            "evaluation.reference: the 64 images of shapes train are too few for the interval of a difference; give it 200 or more",
            Assert.Throws<BadInputException>(() => GenBench.Experiments.Execution.ControlJobs.Checksums(few, folder.Path, Registry.BuiltIn)).Message);
    }

    [Fact]
    public void A_setting_is_compared_with_the_undisturbed_one_of_its_size_and_that_with_the_largest()
    {
        var controls = Read("""{ "kind": "resample", "samples": [250, 300] }, { "kind": "resample", "samples": 250, "shift": 1 }""")[0];
        var document = new ControlDocument(1, "controlled", controls.Dataset, "feed", controls.Evaluation, controls.Choices);
        var (small, large, shifted) = (controls.Choices[0], controls.Choices[1], controls.Choices[2]);
        Assert.Equal((250, 300, 250), (small.Samples, large.Samples, shifted.Samples));
        Assert.Same(small, document.Against(shifted));
        Assert.Same(large, document.Against(small));
        Assert.Null(document.Against(large));
        Assert.Equal(3, document.EvaluationFolders.Distinct().Count());
        // What it is compared with is part of what a figure is.
        Assert.NotEqual(document.Key(small), (document with { Controls = [small, shifted] }).Key(small));
        Assert.Equal(document.Key(shifted), (document with { Controls = [small, shifted] }).Key(shifted));
    }

    [Fact]
    public void A_document_read_back_is_the_one_that_was_written()
    {
        using var folder = new TemporaryFolder();
        var controls = Read("""{ "kind": "resample", "noise": [2, 4.5], "copies": 0.25 }""")[0];
        var document = new ControlDocument(CellDocuments.FormatVersion, "controlled", controls.Dataset, "feed", controls.Evaluation, controls.Choices);
        CellDocuments.WriteControls(folder["controls.json"], document);
        var read = CellDocuments.ReadControls(folder["controls.json"]);
        Assert.Equal(document.EvaluationFolders, read.EvaluationFolders);
        Assert.Equal(document.Controls.Select(control => control.Label), read.Controls.Select(control => control.Label));
        Assert.Equal(document.Controls.Select(control => control.Changed.ToJsonString()), read.Controls.Select(control => control.Changed.ToJsonString()));
    }
}
