using GenBench.Core;
using GenBench.Models.Flows;
using GenBench.Models.Networks;
using static TorchSharp.torch;

namespace GenBench.Tests.Models.Flows;

/// <summary>Every layer obeys the law of flows.</summary>
public sealed class FlowLawTests
{
    [Fact]
    public void Activation_normalisation() => Check(() => new ActNorm(3, 4, 2), 3, 4, 2);

    [Fact]
    public void Activation_normalisation_of_vectors() => Check(() => new ActNorm(5), 5);

    [Fact]
    public void Squeeze() => Check(() => new Squeeze(), [2, 4, 6], keepsVolume: true);

    [Fact]
    public void Flatten() => Check(() => new Flatten(new ImageShape(2, 3, 4)), [2, 3, 4], keepsVolume: true);

    [Theory]
    [InlineData(4, 6, 0)]
    [InlineData(3, 3, 1)]
    public void Coupling_on_a_checkerboard(int height, int width, int parity) => Check(
        () =>
        {
            var size = new FeatureSize(height, width);
            return new Coupling(new Checkerboard(size, parity), new ResidualConditioner(2, 6, 2, 4, size), new TanhLogScale());
        }, 2, height, width);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Coupling_of_halves(bool firstChanges) => Check(
        () => new Coupling(new Halves(firstChanges), Network(input: 2, output: 4), new SigmoidLogScale()), 4, 2, 3);

    [Fact]
    public void Additive_coupling() => Check(() => new Coupling(new Halves(), Network(input: 2, output: 2), null), [4, 2, 3], keepsVolume: true);

    [Fact]
    public void Coupling_of_vectors_by_a_perceptron() => Check(
        () => new Coupling(new Halves(firstChanges: true), new Perceptron(3, 8, 6), new TanhLogScale()), 6);

    [Fact]
    public void Invertible_convolution() => Check(() => new InvertibleConvolution(6, new FeatureSize(2, 3)), 6, 2, 3);

    [Fact]
    public void Conditional_prior() => Check(() => new ConditionalPrior(new LinearConditioner(2, 4, new FeatureSize(3, 3))), 4, 3, 3);

    [Fact]
    public void Factoring_out() => Check(
        () => new FactorOut(new ActNorm(4, 3, 2), new FlowSequence(new InvertibleConvolution(2, new FeatureSize(3, 2)), new Flatten(new ImageShape(2, 3, 2)))), 4, 3, 2);

    [Fact]
    public void Sequence() => Check(
        () => new FlowSequence(new ActNorm(4, 2, 2), new InvertibleConvolution(4, new FeatureSize(2, 2)), new Squeeze(), new ActNorm(16, 1, 1)), 4, 2, 2);

    [Theory]
    [InlineData(0.05)]
    [InlineData(1e-6)]
    public void Logit_transform(double alpha)
    {
        using var scope = NewDisposeScope();
        FlowLaw.Check(() => new LogitTransform(alpha), rand([3, 1, 2, 3], ScalarType.Float64) * 1.99 - 0.995);
    }

    private static ConvolutionalConditioner Network(int input, int output) => new(input, 6, output, new FeatureSize(2, 3));

    private static void Check(Func<Flow> create, params long[] shape) => Check(create, shape, keepsVolume: false);

    private static void Check(Func<Flow> create, long[] shape, bool keepsVolume)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        FlowLaw.Check(create, randn([3, .. shape], ScalarType.Float64), keepsVolume);
    }
}
