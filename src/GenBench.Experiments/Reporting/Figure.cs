namespace GenBench.Experiments.Reporting;

/// <summary>One figure of one cell, baseline or control: a row of <c>results.csv</c>, whose columns these are, in this order.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Cell">The cell's id, or the folder of the baselines or controls.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Model">The model's kind; for baselines <c>real-train</c>, <c>pixel-gaussian</c>, <c>uniform-noise</c>; the control's kind.</param>
/// <param name="Seed">Seed of the training run; null where nothing was trained.</param>
/// <param name="Sampler">The setting of the sampler or control, e.g. <c>ddim(steps=20, eta=0)</c>; empty where there is none.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Value">The figure; NaN where it could not be had.</param>
/// <param name="Low">Lower end of the interval, or null.</param>
/// <param name="High">Upper end of the interval, or null.</param>
/// <param name="N">Number of images or repeats behind the figure.</param>
/// <param name="Unit">Unit, empty for pure numbers.</param>
/// <param name="Kind">What sort of figure: <c>exact</c>, <c>ELBO</c>, <c>VLB</c>, <c>measured</c>, <c>difference</c>, …; or empty.</param>
/// <param name="Protocol">All that the figure depends on.</param>
public sealed record Figure(
    string Experiment, string Cell, string Dataset, string Model, int? Seed, string Sampler, string Metric,
    double Value, double? Low, double? High, long N, string Unit, string Kind, string Protocol);
