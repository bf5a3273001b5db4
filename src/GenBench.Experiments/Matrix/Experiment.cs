using System.ComponentModel.DataAnnotations;

namespace GenBench.Experiments.Matrix;

/// <summary>An experiment, validated whole and expanded.</summary>
/// <param name="Name">Its name, which is its folder's in the results.</param>
/// <param name="Cells">The training runs: datasets in turn, for each the models with their options, for each the seeds.</param>
/// <param name="Source">Path of the file.</param>
public sealed record Experiment(string Name, IReadOnlyList<Cell> Cells, string Source)
{
    /// <summary>The controls of each dataset that has any.</summary>
    public IReadOnlyList<DatasetControls> Controls { get; init; } = [];
}

/// <summary>The plain members of an experiment file.</summary>
internal sealed record ExperimentHeader
{
    private const string NotAFolder = "must name a folder: letters, digits, '.', '-' and '_', a letter or digit first, at most 100";

    /// <summary>Name of the results folder: letters, digits, dots, dashes and underscores.</summary>
    [Length(1, 100, ErrorMessage = NotAFolder), RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]*", ErrorMessage = NotAFolder)]
    public string Name { get; init; } = "";

    /// <summary>Seeds of initialisation and training; each is a training run of its own.</summary>
    [Range(0, int.MaxValue), Length(1, int.MaxValue, ErrorMessage = "the list is empty; give at least one seed")]
    public IReadOnlyList<int> Seeds { get; init; } = [0];
}

/// <summary>What an entry of <c>samplers</c> may say beside the sampler's own options.</summary>
internal sealed record SamplerHeader
{
    /// <summary>Images to draw under this setting, in place of the evaluation's number.</summary>
    [Range(10, 10_000_000)]
    public int? Samples { get; init; }
}
