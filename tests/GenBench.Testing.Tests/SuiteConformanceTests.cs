using GenBench.Experiments;
using GenBench.Testing;

namespace GenBench.Tests.Testing;

/// <summary>Every check over every model that the scan finds.</summary>
public sealed class SuiteConformanceTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var model in Registry.BuiltIn.Models)
                foreach (var check in Conformance.Checks)
                    cases.Add(model.Kind, check);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_of_the_suite_conforms(string kind, string check) =>
        Conformance.Run(check, Registry.BuiltIn.Models.Single(model => model.Kind == kind), Registry.BuiltIn);
}
