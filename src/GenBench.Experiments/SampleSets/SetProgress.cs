namespace GenBench.Experiments.SampleSets;

/// <summary>How far an evaluation of sample sets is.</summary>
/// <param name="Phase">What is being done, e.g. <c>features of the samples</c>.</param>
/// <param name="Done">Images, files or bytes done; 0 where the phase has no parts.</param>
/// <param name="Total">How many there are; 0 where the phase has no parts.</param>
public readonly record struct SetProgress(string Phase, long Done = 0, long Total = 0);
