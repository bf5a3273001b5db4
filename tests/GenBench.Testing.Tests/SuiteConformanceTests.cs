using GenBench.Experiments;
using GenBench.Testing;

namespace GenBench.Tests.Testing;

/// <summary>Every check over every model that the scan finds, on shapes and, where it takes them, on points.</summary>
public sealed class SuiteConformanceTests
{
    public static TheoryData<string, string, bool> Cases { get; } = AllCases();

    private static TheoryData<string, string, bool> AllCases()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (var model in Registry.BuiltIn.Models)
            foreach (var points in Conformance.TakesPoints(model) ? new[] { false, true } : [false])
                foreach (var check in Conformance.Checks)
                    cases.Add(model.Kind, check, points);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_of_the_suite_conforms(string kind, string check, bool points) =>
        Conformance.Run(check, Registry.BuiltIn.Models.Single(model => model.Kind == kind), Registry.BuiltIn, points: points);

    [Theory]
    [InlineData("vae", true)]
    [InlineData("dcgan", true)]
    [InlineData("realnvp", true)]
    [InlineData("glow", true)]
    [InlineData("ddpm", true)]
    [InlineData("latent-diffusion", false)]
    public void Every_family_takes_points_but_the_one_that_shrinks_images(string kind, bool takes) =>
        Assert.Equal(takes, Conformance.TakesPoints(Registry.BuiltIn.Models.Single(model => model.Kind == kind)));
}
