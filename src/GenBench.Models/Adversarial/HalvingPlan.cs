using GenBench.Core;
using GenBench.Models.Networks;

namespace GenBench.Models.Adversarial;

/// <summary>How often an image is halved on its way to the smallest feature map, of 4 to 7 rows and columns.</summary>
/// <param name="Halvings">How often, at least once.</param>
/// <param name="Smallest">The smallest feature map.</param>
internal readonly record struct HalvingPlan(int Halvings, FeatureSize Smallest)
{
    private const int Least = 4, Most = 7;

    /// <exception cref="InvalidOptionException">Halving an image of this shape leads past these sizes.</exception>
    internal static HalvingPlan Of(ImageShape shape)
    {
        var image = new FeatureSize(shape.Height, shape.Width);
        for (var halvings = 1; image.Divides(1 << halvings); halvings++)
        {
            var size = image.DividedBy(1 << halvings);
            if (Math.Min(size.Height, size.Width) >= Least && size.Resolution <= Most)
                return new HalvingPlan(halvings, size);
        }
        throw new InvalidOptionException("resolution",
            $"must be {Least} to {Most} after some halvings, as are 16, 28, 32 and 64, which {image} is not");
    }
}
