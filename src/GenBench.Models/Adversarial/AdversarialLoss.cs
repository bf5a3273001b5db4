using GenBench.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace GenBench.Models.Adversarial;

/// <summary>What a discriminator and a generator minimise, given scores [B] before any sigmoid, and how its paper trains them.</summary>
internal sealed record AdversarialLoss
{
    /// <summary>−log D(x) − log(1 − D(G(z))) and −log D(G(z)), D = sigmoid of the score (Goodfellow et al. 2014, eq. 1 and §3),
    /// with the settings of Radford et al. 2016.</summary>
    internal static AdversarialLoss NonSaturating { get; } = new()
    {
        Discriminator = (real, fake) => softplus(-real).mean() + softplus(fake).mean(),
        Generator = fake => softplus(-fake).mean(),
    };

    /// <summary>max(0, 1 − D(x)) + max(0, 1 + D(G(z))) and −D(G(z)) (Lim &amp; Ye 2017; Miyato et al. 2018, eq. 16 and 17).</summary>
    internal static AdversarialLoss Hinge { get; } = new()
    {
        Discriminator = (real, fake) => relu(1 - real).mean() + relu(1 + fake).mean(),
        Generator = fake => -fake.mean(),
    };

    /// <summary>D(G(z)) − D(x) with a gradient penalty, and −D(G(z)) (Gulrajani et al. 2017, algorithm 1 and its defaults).</summary>
    internal static AdversarialLoss Wasserstein { get; } = new()
    {
        Discriminator = (real, fake) => fake.mean() - real.mean(),
        Generator = fake => -fake.mean(),
        Penalised = true,
        DiscriminatorSteps = 5,
        Optimizer = new OptimizerOptions { LearningRate = 1e-4, Beta1 = 0, Beta2 = 0.9 },
    };

    /// <summary>The discriminator's loss of scores of real and of generated images, a scalar.</summary>
    internal required Func<Tensor, Tensor, Tensor> Discriminator { get; init; }

    /// <summary>The generator's loss of scores of generated images, a scalar.</summary>
    internal required Func<Tensor, Tensor> Generator { get; init; }

    /// <summary>Whether a gradient penalty belongs to it.</summary>
    internal bool Penalised { get; init; }

    /// <summary>Steps of the discriminator for one of the generator.</summary>
    internal int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Both optimizers.</summary>
    internal OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 2e-4, Beta1 = 0.5 };

    /// <summary>The loss of that name: <c>non-saturating</c>, <c>hinge</c> or <c>wgan-gp</c>.</summary>
    /// <exception cref="InvalidOptionException">The name is unknown.</exception>
    internal static AdversarialLoss Of(string name) => name switch
    {
        "non-saturating" => NonSaturating,
        "hinge" => Hinge,
        "wgan-gp" => Wasserstein,
        _ => throw new InvalidOptionException("loss", $"must be non-saturating, hinge or wgan-gp, not '{name}'"),
    };
}
