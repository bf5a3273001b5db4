using GenBench.Core;
using GenBench.Experiments.Matrix;

namespace GenBench.Experiments.Training;

/// <summary>The training budget in its own unit (steps, images or device-seconds), split between stages by their shares.</summary>
internal sealed class Budget
{
    private readonly double _total;
    private readonly double[] _ends;
    private readonly Func<TrainingState, double> _spent;

    /// <summary>Reads the budget of <paramref name="spec"/>.</summary>
    /// <exception cref="InvalidOptionException">Not exactly one budget is given.</exception>
    public Budget(TrainingSpec spec, IReadOnlyList<Stage> stages)
    {
        (_total, _spent) = (spec.Steps, spec.Images, spec.DeviceSeconds) switch
        {
            ({ } steps, null, null) => ((double)steps, (Func<TrainingState, double>)(state => state.Steps)),
            (null, { } images, null) => (images, state => state.Images),
            (null, null, { } seconds) => (seconds, state => state.DeviceSeconds),
            _ => throw new InvalidOptionException("training", "give exactly one of steps, images and deviceSeconds"),
        };
        Timed = spec.DeviceSeconds is not null;
        _ends = new double[stages.Count];
        var shares = stages.Sum(stage => stage.Share);
        var share = 0.0;
        for (var k = 0; k < stages.Count; k++)
        {
            share += stages[k].Share;
            _ends[k] = Timed ? _total * share / shares : Math.Round(_total * share / shares);
        }
        _ends[^1] = _total;
    }

    /// <summary>True where the budget is device-seconds.</summary>
    public bool Timed { get; }

    /// <summary>Whether the present stage has spent its part.</summary>
    public bool StageDone(TrainingState state) => _spent(state) >= _ends[state.Stage];

    /// <summary>Fraction of the present stage's part that is spent, in [0, 1].</summary>
    public double StageFraction(TrainingState state)
    {
        var start = state.Stage == 0 ? 0 : _ends[state.Stage - 1];
        return Math.Clamp((_spent(state) - start) / (_ends[state.Stage] - start), 0, 1);
    }

    /// <summary>Fraction of the whole budget that is spent, in [0, 1].</summary>
    public double Fraction(TrainingState state) => Math.Min(1, _spent(state) / _total);

    /// <summary>How many of <paramref name="count"/> equal parts of the budget are spent.</summary>
    public int PartsSpent(TrainingState state, int count) => (int)Math.Floor(Fraction(state) * count + 1e-9);
}
