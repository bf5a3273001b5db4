using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Testing;

/// <summary>What training a model must be.</summary>
internal static class TrainingChecks
{
    private const int StepsOfLeak = 12, Settling = 2;

    internal static void EveryObjectiveHasAGradient(ModelUnderTest subject)
    {
        using var scope = NewDisposeScope();
        var model = subject.Create(seed: 1);
        using var batches = subject.Batches(model);
        foreach (var stage in model.Stages)
        {
            model.Network.train();
            using (no_grad())
                stage.Initialize?.Invoke(batches.Draw(0));
            foreach (var objective in stage.Objectives)
            {
                if (objective.ClosedForm)
                    CheckSetting(objective, batches.Draw(1));
                else
                    CheckGradient(model.Network, objective, batches.Draw(1));
            }
        }
    }

    private static void CheckGradient(nn.Module network, Objective objective, Batch batch)
    {
        network.zero_grad();
        var own = new HashSet<Tensor>(objective.Trained.parameters(), ReferenceEqualityComparer.Instance);
        RequireParameters(objective, own.Count);
        foreach (var parameter in network.parameters())
            parameter.requires_grad = own.Contains(parameter);
        var loss = objective.Evaluate(batch).Total;
        RequireFiniteLoss(objective, loss);
        Expect.That(loss.requires_grad, $"the loss of '{objective.Name}' does not depend on what it trains");
        loss.backward();
        Expect.That(own.All(parameter => parameter.grad is null || parameter.grad.isfinite().all().item<bool>()), $"a gradient of '{objective.Name}' is not finite");
        Expect.That(own.Any(parameter => parameter.grad is { } gradient && gradient.abs().max().item<float>() > 0), $"every gradient of '{objective.Name}' is zero");
    }

    private static void CheckSetting(Objective objective, Batch batch)
    {
        var before = objective.Trained.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        RequireParameters(objective, before.Length);
        using var noGrad = no_grad();
        RequireFiniteLoss(objective, objective.Evaluate(batch).Total);
        var after = objective.Trained.parameters().ToArray();
        Expect.That(after.All(parameter => parameter.isfinite().all().item<bool>()), $"what '{objective.Name}' sets is not finite");
        Expect.That(after.Zip(before).Any(pair => !pair.First.equal(pair.Second).all().item<bool>()), $"'{objective.Name}' sets nothing");
    }

    private static void RequireParameters(Objective objective, int count) =>
        Expect.That(count > 0, $"objective '{objective.Name}' trains a module without parameters; is RegisterComponents called last in its constructor?");

    private static void RequireFiniteLoss(Objective objective, Tensor loss)
    {
        Expect.Shape($"the loss of '{objective.Name}'", loss);
        Expect.That(loss.isfinite().item<bool>(), $"the loss of '{objective.Name}' is not finite");
    }

    internal static void TrainingRepeatsItself(ModelUnderTest subject)
    {
        var (first, second, other) = (subject.Trained("first"), subject.Trained("second"), subject.Trained("other", seed: 2));
        RequireSameState(first.Network, second.Network);
        Expect.That(
            first.Network.named_parameters().Any(pair => !pair.parameter.equal(other.Network.get_parameter(pair.name)!).all().item<bool>()),
            "two seeds give the same weights, from other first weights and batches; does training reseed torch's generator, or not see its batches?");
    }

    internal static void KilledAndResumedItEndsTheSame(ModelUnderTest subject)
    {
        var whole = subject.Trained("whole");
        var spec = ModelUnderTest.Spec with { CheckpointSeconds = 0 };
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            using var killed = subject.Batches(whole, killAfter: 2 * attempt);
            try
            {
                subject.Train(subject.Create(seed: 1), spec, "killed", killed);
            }
            catch (TimeoutException)
            {
                // As a signal would end it.
            }
        }
        using var batches = subject.Batches(whole);
        var resumed = subject.Create(seed: 1);
        subject.Train(resumed, spec, "killed", batches);
        RequireSameState(whole.Network, resumed.Network);
    }

    internal static void TrainingLeavesNoTensorBehind(ModelUnderTest subject)
    {
        var counts = new List<long>();
        var model = subject.Create(seed: 1);
        using var batches = subject.Batches(model, drawn: () => counts.Add(Tensor.TotalCount));
        GC.Collect(); // what was dropped before must not be taken from a count below
        GC.WaitForPendingFinalizers();
        subject.Train(model, ModelUnderTest.Spec with { Steps = StepsOfLeak * model.Stages.Count, LogEvery = 1000 }, "leak", batches);
        var start = 0;
        foreach (var stage in model.Stages)
        {
            start += stage.Initialize is null ? 0 : 1;
            var draws = stage.Objectives.Sum(objective => objective.Repeats);
            var steps = (int)Math.Round(StepsOfLeak * model.Stages.Count * stage.Share / model.Stages.Sum(each => each.Share));
            var seen = counts.Skip(start).Take(steps * draws).Chunk(draws).Skip(Settling).Select(step => string.Join(' ', step)).Distinct().ToArray();
            Expect.That(seen.Length == 1, $"the tensors alive at the steps of stage '{stage.Name}' are {string.Join(", ", seen)}; is there a dispose scope around what the loss makes?");
            start += steps * draws;
        }
    }

    private static void RequireSameState(nn.Module expected, nn.Module actual)
    {
        var second = actual.state_dict();
        foreach (var (name, value) in expected.state_dict())
            Expect.That(value.bytes.SequenceEqual(second[name].bytes), $"'{name}' has other bits; does anything beside the network's state and torch's generator change training?");
    }
}
