using GenBench.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Networks;

public sealed class SpectralNormTests
{
    private static Tensor Kernel(ScalarType type = ScalarType.Float32) => randn(8, 3, 4, 4, type);

    private static Tensor LargestSingularValue(Tensor weight) => linalg.svdvals(weight.flatten(1))[0];

    private static Tensor U(SpectralNorm norm) => norm.state_dict()["_u"];

    [Fact]
    public void Calls_in_training_converge_to_the_weight_over_its_largest_singular_value()
    {
        manual_seed(0);
        using var norm = new SpectralNorm(8);
        using var scope = NewDisposeScope();
        var weight = Kernel();
        Tensor normalised = weight;
        for (var i = 0; i < 300; i++)
            normalised = norm.call(weight);
        Assert.Equal(1, LargestSingularValue(normalised).item<float>(), 1e-4);
        Assert.True(normalised.allclose(weight / LargestSingularValue(weight), 1e-4, 1e-5));
    }

    [Fact]
    public void A_call_in_training_is_one_step_of_power_iteration()
    {
        manual_seed(1);
        using var norm = new SpectralNorm(8);
        using var scope = NewDisposeScope();
        var weight = Kernel();
        var matrix = weight.flatten(1);
        var v = matrix.t().mv(U(norm));
        v = v / v.norm();
        var u = matrix.mv(v);
        u = u / u.norm();
        var normalised = norm.call(weight);
        Assert.True(U(norm).allclose(u, 1e-5, 1e-6));
        Assert.True(normalised.allclose(weight / u.dot(matrix.mv(v)), 1e-5, 1e-6));
    }

    [Fact]
    public void A_call_in_evaluation_changes_nothing()
    {
        manual_seed(2);
        using var norm = new SpectralNorm(8);
        using var scope = NewDisposeScope();
        norm.eval();
        var weight = Kernel();
        var before = U(norm).clone();
        var first = norm.call(weight);
        Assert.True(first.equal(norm.call(weight)).all().item<bool>());
        Assert.True(before.equal(U(norm)).all().item<bool>());
    }

    [Fact]
    public void Two_calls_in_one_graph_leave_each_its_own_gradient()
    {
        manual_seed(3);
        using var norm = new SpectralNorm(8);
        using var scope = NewDisposeScope();
        var weight = Kernel().requires_grad_();
        (norm.call(weight).sum() + norm.call(weight).sum()).backward();
        Assert.True(weight.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Its_gradient_is_that_of_dividing_by_the_largest_singular_value()
    {
        const double h = 1e-6;
        manual_seed(4);
        using var norm = new SpectralNorm(8);
        norm.to(ScalarType.Float64);
        using var scope = NewDisposeScope();
        var weight = Kernel(ScalarType.Float64).requires_grad_();
        var (coefficients, direction) = (Kernel(ScalarType.Float64), Kernel(ScalarType.Float64));
        using (no_grad())
            for (var i = 0; i < 2000; i++)
                norm.call(weight).Dispose();
        (norm.call(weight) * coefficients).sum().backward();
        double Exact(Tensor w) => (w / LargestSingularValue(w) * coefficients).sum().item<double>();
        using var noGrad = no_grad();
        var slope = (Exact(weight + direction * h) - Exact(weight - direction * h)) / (2 * h);
        Assert.Equal(slope, (weight.grad! * direction).sum().item<double>(), 1e-6 * Math.Abs(slope) + 1e-7);
    }
}
