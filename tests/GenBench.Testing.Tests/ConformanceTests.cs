using GenBench.Experiments;
using GenBench.Models;
using GenBench.Testing;

namespace GenBench.Tests.Testing;

public sealed class ConformanceTests
{
    [Theory]
    [InlineData(Fault.Throws, 0, "InvalidOperationException: no luck")]
    [InlineData(Fault.InfiniteLoss, 0, "not finite")]
    [InlineData(Fault.LossForEachImage, 0, "the shape is [4], not []")]
    [InlineData(Fault.ConstantLoss, 0, "does not depend")]
    [InlineData(Fault.NoGradient, 0, "every gradient of 'error' is zero")]
    [InlineData(Fault.SetsNothing, 0, "'error' sets nothing")]
    [InlineData(Fault.SetsUndefined, 0, "what 'error' sets is not finite")]
    [InlineData(Fault.ReadsTheClock, 1, "other bits")]
    [InlineData(Fault.SameForEverySeed, 1, "two seeds give the same weights")]
    [InlineData(Fault.CountsOutsideTheNetwork, 2, "other bits")]
    [InlineData(Fault.Hoards, 3, "dispose scope")]
    [InlineData(Fault.LearnsOutsideTheNetwork, 4, "another instance")]
    [InlineData(Fault.DependsOnTheBatch, 4, "depends on the others")]
    [InlineData(Fault.FlatImages, 4, "[3, 256], not [3, 1, 16, 16]")]
    [InlineData(Fault.UndefinedImages, 4, "not finite")]
    [InlineData(Fault.CostsNothing, 5, "MacsPerEvaluation")]
    [InlineData(Fault.OneLikelihoodForAll, 5, "the shape is [], not [4]")]
    [InlineData(Fault.UndefinedLikelihood, 5, "exact is not finite")]
    [InlineData(Fault.FlatReconstruction, 5, "[4, 256], not [4, 1, 16, 16]")]
    public void A_fault_is_noticed_by_the_check_for_it(Fault fault, int check, string saying)
    {
        var options = new FaultyOptions { Fault = fault };
        var model = Registry.Of(typeof(FaultyModel)).Models.Single();
        var error = Assert.Throws<ConformanceException>(() => Conformance.Run(Conformance.Checks[check], model, Registry.BuiltIn, options));
        Assert.StartsWith($"faulty: {Conformance.Checks[check]}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(saying, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void What_failed_is_said_for_every_check_on_images_and_on_points()
    {
        var error = Assert.Throws<ConformanceException>(() => Conformance.Check<FaultyModel>(new FaultyOptions { Fault = Fault.FlatImages }));
        Assert.Collection(
            error.Message.Split('\n'),
            line => Assert.Contains("[3, 256], not [3, 1, 16, 16]", line, StringComparison.Ordinal),
            line => Assert.Contains(", on points: three images of 'direct': the shape is [3, 2], not [3, 2, 1, 1]", line, StringComparison.Ordinal));
        error = Assert.Throws<ConformanceException>(() => Conformance.Check<FaultyModel>(new FaultyOptions { Fault = Fault.Throws }));
        Assert.Equal(2 * Conformance.Checks.Count, error.Message.Split('\n').Length);
    }

    /// <summary>The scaffold's model and the model of faults without one; each check is passed by something that can fail it.</summary>
    [Fact]
    public void All_models_of_an_assembly_are_checked_in_one_line() => Conformance.Check(typeof(TemplateModel).Assembly);

    [Fact]
    public void A_model_that_refuses_all_data_does_not_pass()
    {
        var error = Assert.Throws<ConformanceException>(() => Conformance.Check<FaultyModel>(new FaultyOptions { Fault = Fault.TakesNothing }));
        Assert.StartsWith("faulty: takes neither", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_models_does_not_pass() =>
        Assert.Contains("defines no model", Assert.Throws<ConformanceException>(() => Conformance.Check(typeof(Conformance).Assembly)).Message, StringComparison.Ordinal);
}
