using System.Diagnostics;
using System.Globalization;
using GenBench.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Metrics.Classifier;

/// <summary>A trained classifier.</summary>
/// <param name="Network">The network, in evaluation mode; the caller owns it.</param>
/// <param name="TestAccuracy">Share of the test images whose class it names, 0 to 1.</param>
public sealed record TrainedClassifier(ClassifierNetwork Network, double TestAccuracy);

/// <summary>Trains the suite's classifier on a dataset's own labels. On CPU the same seed gives the same bits at the
/// same thread count.</summary>
public static class ClassifierTraining
{
    /// <summary>Trains on <see cref="Dataset.Train"/>, measures on <see cref="Dataset.Test"/>, and writes the weights as
    /// safetensors whose metadata say how they came to be.</summary>
    /// <param name="dataset">A labelled dataset.</param>
    /// <param name="seed">Seed of the weights, the order and the shifts.</param>
    /// <param name="output">Where the file goes.</param>
    /// <param name="progress">Told a line every hundred steps and at the end, or null.</param>
    /// <param name="recipe">How to train, or null for what made the frozen weights.</param>
    /// <returns>The test accuracy, 0 to 1.</returns>
    /// <exception cref="BadInputException">The dataset has no labels, or its images do not suit the network.</exception>
    public static double TrainAndSave(
        Dataset dataset, int seed, Stream output, IProgress<string>? progress = null, ClassifierRecipe? recipe = null)
    {
        recipe ??= new ClassifierRecipe();
        var (network, accuracy) = Train(dataset.Train, dataset.Test, dataset.Spec.Classes, seed, recipe, progress);
        using (network)
        {
            ClassifierFile.Write(output, network, new Dictionary<string, string>
            {
                ["dataset"] = dataset.Name,
                ["dataset_sha256"] = dataset.Checksum,
                ["test_accuracy"] = accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
                ["train_images"] = dataset.Train.Count.ToString(CultureInfo.InvariantCulture),
                ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
                ["threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
                ["recipe"] = recipe.ToString(),
                ["command"] = $"genbench classifier train {dataset.Name}{recipe.Arguments()} --out {FrozenClassifiers.FileName(dataset.Name, dataset.Spec.Shape)}",
            });
        }
        return accuracy;
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="train">Labelled images to learn from.</param>
    /// <param name="test">Labelled images to measure the accuracy on.</param>
    /// <param name="classes">Number of classes K; labels are 0…K−1.</param>
    /// <param name="seed">Seed of the weights, the order and the shifts.</param>
    /// <param name="recipe">How to train.</param>
    /// <param name="progress">Told a line every hundred steps and at the end, or null.</param>
    /// <exception cref="BadInputException">There are no labels, or the images do not suit the network.</exception>
    public static TrainedClassifier Train(
        ImageSplit train, ImageSplit test, int classes, int seed, ClassifierRecipe recipe, IProgress<string>? progress = null)
    {
        if (train.Labels is null || test.Labels is null)
            throw new BadInputException("a classifier can be trained on labelled data only; name another feature extractor");
        manual_seed(seed);
        var size = train.Images.shape;
        var network = new ClassifierNetwork(new ImageShape((int)size[1], (int)size[2], (int)size[3]), classes);
        using (var generator = new Generator((ulong)seed))
        using (var optimizer = optim.AdamW(network.parameters(), recipe.LearningRate, weight_decay: recipe.WeightDecay))
            Optimize(network, optimizer, train, recipe, generator, progress);
        network.eval();
        var accuracy = Accuracy(network, test);
        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"test accuracy {accuracy:0.0000}"));
        return new TrainedClassifier(network, accuracy);
    }

    /// <summary>The share of images whose class gets the highest score, 0 to 1; the network should be in evaluation mode.</summary>
    /// <exception cref="BadInputException">There are no labels.</exception>
    public static double Accuracy(ClassifierNetwork network, ImageSplit split)
    {
        var labels = split.Labels ?? throw new BadInputException("accuracy needs labelled images");
        using var quiet = no_grad();
        var right = 0L;
        for (var first = 0L; first < split.Count; first += 500)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(500, split.Count - first);
            var (_, logits) = network.call(split.Images.narrow(0, first, count));
            right += logits.argmax(1).eq(labels.narrow(0, first, count)).sum().item<long>();
        }
        return (double)right / split.Count;
    }

    private static void Optimize(
        ClassifierNetwork network, AdamW optimizer, ImageSplit train, ClassifierRecipe recipe, Generator generator, IProgress<string>? progress)
    {
        network.train();
        using var windows = Windows(train.Images, recipe.Shift);
        var batchSize = Math.Min(recipe.BatchSize, train.Count);
        var batches = train.Count / batchSize;
        var clock = Stopwatch.StartNew();
        using var order = randperm(train.Count, generator: generator);
        for (var step = 0; step < recipe.Steps; step++)
        {
            using var scope = NewDisposeScope();
            if (step > 0 && step % batches == 0)
                order.copy_(randperm(train.Count, generator: generator));
            foreach (var group in optimizer.ParamGroups)
                group.LearningRate = recipe.LearningRate * OneCycle((double)step / recipe.Steps);
            var chosen = order.narrow(0, step % batches * batchSize, batchSize);
            var (_, logits) = network.call(Augmented(windows, chosen, recipe, generator));
            var loss = nn.functional.cross_entropy(logits, train.Labels![chosen]);
            network.zero_grad();
            loss.backward();
            optimizer.step();
            if (step % 100 == 0)
                progress?.Report(string.Create(CultureInfo.InvariantCulture, $"step {step} of {recipe.Steps}, loss {loss.item<float>():0.0000}, {clock.Elapsed.TotalSeconds:0} s"));
        }
    }

    /// <summary>Fraction of the highest learning rate at a fraction of the steps.</summary>
    private static double OneCycle(double done) => done < 0.2 ? (done + 0.002) / 0.202 : (1 - done) / 0.8;

    /// <summary>All positions of all images: a view, uint8 [N, 2s+1, 2s+1, C, H, W].</summary>
    private static Tensor Windows(Tensor images, int shift)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (images.shape[2], images.shape[3]);
        var rows = arange(-shift, height + shift).clamp_(0, height - 1);
        var columns = arange(-shift, width + shift).clamp_(0, width - 1);
        var padded = images.index_select(2, rows).index_select(3, columns);
        return padded.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5).MoveToOuterDisposeScope();
    }

    private static Tensor Augmented(Tensor windows, Tensor chosen, ClassifierRecipe recipe, Generator generator)
    {
        var moves = randint(2 * recipe.Shift + 1, [2, chosen.shape[0]], generator: generator);
        var images = windows[chosen, moves[0], moves[1]];
        if (!recipe.Flip)
            return images;
        var mirrored = randint(2, [chosen.shape[0], 1, 1, 1], generator: generator).to(ScalarType.Bool);
        return where(mirrored, images.flip(3), images);
    }
}
