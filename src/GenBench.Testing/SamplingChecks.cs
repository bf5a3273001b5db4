using GenBench.Core;
using GenBench.Experiments.Training;
using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>What a trained model must do.</summary>
internal static class SamplingChecks
{
    internal static void ItsWeightsAreTheModel(ModelUnderTest subject)
    {
        var trained = subject.Trained("trained");
        var copy = subject.Create(seed: 5);
        WeightsFile.Load(subject.Folder("trained").Weights, copy.Network);
        copy.Network.eval();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var shape = subject.Data.Shape;
        foreach (var (kind, sampler) in subject.Samplers(trained))
        {
            var images = Draw(trained, 0, 3);
            Expect.Shape($"three images of '{kind}'", images, 3, shape.Channels, shape.Height, shape.Width);
            Expect.That(images.isfinite().all().item<bool>(), $"images of '{kind}' are not finite");
            Expect.That(images.equal(Draw(copy, 0, 3)).all().item<bool>(), $"under the same weights another instance draws other images by '{kind}'; is something that it learns no parameter or buffer of the network?");
            Expect.That(images[2..3].allclose(Draw(trained, 2, 1), 1e-3, 1e-3), $"an image of '{kind}' depends on the others of its batch, or its noise on the batch's size");

            Tensor Draw(IGenerativeModel model, int first, int count) =>
                sampler.Sample(model, new SampleRequest(new ImageNoise(9, first, count, CPU))).Images;
        }
    }

    internal static void ItsCapabilitiesAnswer(ModelUnderTest subject)
    {
        var model = subject.Trained("capable");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var batches = subject.Batches(model);
        var batch = batches.Draw(0);
        Expect.That(model.MacsPerEvaluation > 0, "MacsPerEvaluation is not positive");
        Expect.That(subject.Samplers(model).Any(), "no sampler fits; implement IDirectSampler, IDenoisingModel or a sampler of its own");
        if (model is ILikelihoodModel likelihood)
        {
            var request = new LikelihoodRequest(new ImageNoise(1, 0, TrialBatches.Size, CPU)) { ImportanceSamples = 3, Timesteps = 3 };
            foreach (var estimate in likelihood.Likelihood(batch, request))
            {
                Expect.Shape($"{estimate.Kind}, a figure for each image", estimate.PerImage, TrialBatches.Size);
                Expect.That(estimate.PerImage.isfinite().all().item<bool>(), $"{estimate.Kind} is not finite");
            }
        }
        if (model is IReconstructingModel reconstructing)
            Expect.Shape("what the images come back as", reconstructing.Reconstruct(batch.Images), batch.Images.shape);
    }
}
