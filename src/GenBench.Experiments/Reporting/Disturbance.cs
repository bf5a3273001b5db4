using System.Globalization;
using System.Text.Json.Nodes;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Reporting;

/// <summary>A control under one setting, with its figures.</summary>
internal sealed record ControlSetting(ControlPart Control, IReadOnlyList<Figure> Figures, SampleGrid? Grid)
{
    /// <summary>The metrics that were measured, in the order of the files.</summary>
    public IEnumerable<string> Metrics => Figures.Where(figure => figure.Kind.Length == 0).Select(figure => figure.Metric);

    /// <summary>The measured figure.</summary>
    public Figure? this[string metric] => this[metric, ""];

    /// <summary>A figure of one of <see cref="ControlKinds"/>.</summary>
    public Figure? this[string metric, string kind] => Figures.FirstOrDefault(figure => figure.Metric == metric && figure.Kind == kind);

    /// <summary>What the known laws say that the figure is on average: at these sizes where that is known, else at all.</summary>
    public Figure? Known(string metric) => this[metric, ControlKinds.Expected] ?? this[metric, ControlKinds.Exact];

    /// <summary>Whether the interval of the difference from the undisturbed images excludes 0.</summary>
    public bool Sees(string metric) => this[metric, ControlKinds.Difference] is { } difference && (difference.Low > 0 || difference.High < 0);
}

/// <summary>A setting of a disturbance.</summary>
/// <param name="Size">The option's value, or the number of images.</param>
/// <param name="Setting">The setting.</param>
internal sealed record DisturbedSetting(double Size, ControlSetting Setting)
{
    public string Text => Size.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Settings of a control that differ from an undisturbed one in one thing, the least first.</summary>
/// <param name="Kind">The control's kind.</param>
/// <param name="Name">The option that differs, or <c>n</c>.</param>
/// <param name="Undisturbed">What they are compared with.</param>
/// <param name="Steps">The settings, at least one.</param>
internal sealed record Disturbance(string Kind, string Name, ControlSetting Undisturbed, IReadOnlyList<DisturbedSetting> Steps)
{
    private const string Count = "n";

    /// <summary>True where the number of images is all that differs.</summary>
    public bool OfCount => Name == Count;

    /// <summary>What tells it from the others.</summary>
    public string Label => OfCount ? $"{Kind}: n below {FigureText.Integer(Undisturbed.Control.Samples)}" : $"{Kind}: {Name}, n = {FigureText.Integer(Undisturbed.Control.Samples)}";

    /// <summary>The disturbances among some settings, by kind, in the order of the settings.</summary>
    public static IReadOnlyList<Disturbance> Of(IReadOnlyList<ControlSetting> settings)
    {
        var found = new List<Disturbance>();
        foreach (var kind in settings.GroupBy(setting => setting.Control.Kind))
        {
            var undisturbed = kind.Where(setting => setting.Control.Changed.Count == 0).OrderByDescending(setting => setting.Control.Samples).ToArray();
            if (undisturbed.Length > 1)
                found.Add(new Disturbance(kind.Key, Count, undisturbed[0], [.. undisturbed.Skip(1).Select(setting => new DisturbedSetting(setting.Control.Samples, setting))]));
            var groups = kind.Select(setting => (Option: OptionOf(setting.Control), Setting: setting)).Where(each => each.Option is not null)
                .GroupBy(each => (each.Option!.Value.Name, each.Setting.Control.Samples));
            foreach (var group in groups)
                if (undisturbed.FirstOrDefault(setting => setting.Control.Samples == group.Key.Samples) is { } against)
                    found.Add(new Disturbance(kind.Key, group.Key.Name, against,
                        [.. group.Select(each => new DisturbedSetting(each.Option!.Value.Size, each.Setting)).OrderBy(step => Math.Abs(step.Size))]));
        }
        return found;
    }

    /// <summary>What a metric sees of it, in words, by intervals alone.</summary>
    public string Seen(string metric)
    {
        var seen = Steps.Where(step => step.Setting.Sees(metric)).ToArray();
        if (seen.Length == 0)
            return "not seen";
        var from = Steps.Skip(Steps.Count - Steps.Reverse().TakeWhile(step => step.Setting.Sees(metric)).Count()).FirstOrDefault();
        var arrow = seen[^1].Setting[metric, ControlKinds.Difference]!.Value > 0 ? "↑" : "↓";
        return from is null ? $"{arrow} only at {string.Join(", ", seen.Select(step => step.Text))}"
            : OfCount ? $"{arrow} at {from.Text} and below"
            : $"{arrow} from {from.Text}";
    }

    /// <summary>The one option that is not at its default, with its size, those below 0 apart; null where there are none or several, or it is no number.</summary>
    private static (string Name, double Size)? OptionOf(ControlPart control)
    {
        if (control.Changed.Count != 1)
            return null;
        var (name, value) = control.Changed.Single();
        return value is JsonValue number && number.TryGetValue<double>(out var size) ? (size < 0 ? $"{name} below 0" : name, size) : null;
    }
}
