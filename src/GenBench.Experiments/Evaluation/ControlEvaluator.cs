using GenBench.Core;
using GenBench.Experiments.Execution;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Evaluation;

/// <summary>
/// Measures images of known truth: the figures of each setting, what the known laws say they are, and what they differ from those of
/// undisturbed images in. All settings of one number of images are drawn with the same noise.
/// </summary>
public sealed class ControlEvaluator(CellFolder folder, ControlDocument document, Dataset dataset, Registry registry, ClassifierSource classifiers, CellLog log)
{
    private readonly EvaluationStore store = new(folder);

    /// <summary>Evaluates what is missing.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the next call goes on.</exception>
    public void Run(CancellationToken cancellation)
    {
        using var figures = new ControlFigures(dataset, document.Evaluation, classifiers, log, cancellation);
        var undisturbed = new Dictionary<ControlChoice, MeasuredControl>(ReferenceEqualityComparer.Instance);
        try
        {
            foreach (var (done, control) in document.Controls.Index())
            {
                log.Progress(new CellMessage { Phase = $"{control.Label}, n = {control.Samples}", Fraction = (double)done / document.Controls.Count });
                if (!IsComplete(control, figures))
                    Evaluate(control, figures, undisturbed, cancellation);
            }
        }
        finally
        {
            foreach (var measured in undisturbed.Values)
                measured.Dispose();
        }
    }

    private EvaluationFolder Target(ControlChoice control) => store.Folder(ControlDocument.NameOf(control), document.Key(control));

    private bool IsComplete(ControlChoice control, ControlFigures figures) =>
        File.Exists(Target(control).Metrics) && EvaluationStore.Info(Target(control), document.Key(control))?.Reference == figures.Reference;

    private void Evaluate(ControlChoice control, ControlFigures figures, Dictionary<ControlChoice, MeasuredControl> undisturbed, CancellationToken cancellation)
    {
        var target = Target(control);
        log.Note($"measuring {control.Samples} images of {control.Label}");
        using var images = Draw(control, cancellation);
        EvaluationStore.WriteSamples(target, images);
        using var disturbed = control.Changed.Count > 0 ? figures.Measure(images, cancellation) : null;
        var measured = disturbed ?? Undisturbed(control, figures, undisturbed, cancellation);
        var rows = figures.Rows(measured).ToList();
        if (document.Against(control) is { } other)
            rows.AddRange(figures.Differences(measured, Undisturbed(other, figures, undisturbed, cancellation), cancellation));
        rows.AddRange(figures.Known(registry.CreateControl(control, dataset), disturbed is null, control.Samples));
        EvaluationStore.Write(target, new EvaluationInfo(control.Label, document.Key(control), control.Samples, control.Kind) { Reference = figures.Reference }, rows);
    }

    /// <summary>An undisturbed setting's figures, which many others are compared with: kept, and made anew where an earlier run wrote them.</summary>
    private MeasuredControl Undisturbed(ControlChoice control, ControlFigures figures, Dictionary<ControlChoice, MeasuredControl> kept, CancellationToken cancellation)
    {
        if (!kept.TryGetValue(control, out var measured))
        {
            using var images = Draw(control, cancellation);
            kept.Add(control, measured = figures.Measure(images, cancellation));
        }
        return measured;
    }

    /// <summary>The images of a setting: uint8 [N, C, H, W], owned by the caller.</summary>
    private Tensor Draw(ControlChoice choice, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var control = registry.CreateControl(choice, dataset);
        var seed = Seeds.Of(Seeds.OfName("controls"), (ulong)document.Evaluation.Seed, (ulong)choice.Samples);
        var pieces = new List<Tensor>();
        for (var first = 0; first < choice.Samples; first += document.Evaluation.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.Add(control.Draw(dataset, new ImageNoise(seed, first, Math.Min(document.Evaluation.BatchSize, choice.Samples - first), CPU)));
        }
        return cat(pieces).DetachFromDisposeScope();
    }
}
