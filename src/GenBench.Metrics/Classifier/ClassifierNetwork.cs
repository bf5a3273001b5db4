using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Metrics.Classifier;

/// <summary>
/// The suite's own classifier: a 5×5 convolution of stride 2 (32 channels), two of 3×3 (64 and 96), a maximum over 2×2 between
/// them, averages over 3×3 cells, and a dense layer of 128 units, which are the features. 187 thousand parameters for
/// gray images and ten classes; 6.6 million multiply-accumulates an image at 28×28.
/// </summary>
public sealed class ClassifierNetwork : nn.Module<Tensor, (Tensor Features, Tensor Logits)>
{
    /// <summary>Number of features D of the penultimate layer.</summary>
    public const int FeatureCount = 128;

    private const int Cells = 3;
    private readonly Sequential trunk;
    private readonly Linear head;

    /// <summary>Builds the network with weights from torch's global generator.</summary>
    /// <param name="shape">Shape of one image, at least 12×12.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <exception cref="BadInputException">The images are too small or there are fewer than two classes.</exception>
    public ClassifierNetwork(ImageShape shape, int classes) : base(nameof(ClassifierNetwork))
    {
        if (shape.Height < 4 * Cells || shape.Width < 4 * Cells)
            throw new BadInputException($"the classifier takes images of at least {4 * Cells}x{4 * Cells} pixels, not {shape}");
        if (classes < 2)
            throw new BadInputException($"the classifier needs at least two classes, not {classes}; name another feature extractor");
        (Shape, Classes) = (shape, classes);
        trunk = nn.Sequential(
            Convolution(shape.Channels, 32, 5, stride: 2), nn.BatchNorm2d(32), nn.ReLU(),
            Convolution(32, 64, 3), nn.MaxPool2d(2), nn.BatchNorm2d(64), nn.ReLU(),
            Convolution(64, 96, 3), nn.BatchNorm2d(96), nn.ReLU(),
            nn.AdaptiveAvgPool2d(Cells), nn.Flatten(),
            nn.Linear(96 * Cells * Cells, FeatureCount), nn.ReLU());
        head = nn.Linear(FeatureCount, classes);
        RegisterComponents();
    }

    /// <summary>Shape of one image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Number of classes K.</summary>
    public int Classes { get; }

    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <returns>Features, float32 [N, 128], not negative, and logits, float32 [N, K].</returns>
    public override (Tensor Features, Tensor Logits) forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = trunk.call(images.to(ScalarType.Float32).div_(255));
        return (features.MoveToOuterDisposeScope(), head.call(features).MoveToOuterDisposeScope());
    }

    /// <summary>A convolution without bias: the normalisation after it has one.</summary>
    private static Conv2d Convolution(int from, int to, int kernel, int stride = 1) =>
        nn.Conv2d(from, to, kernel, stride: stride, padding: kernel / 2, bias: false);
}
