namespace GenBench.Core;

/// <summary>How far the fetching or packing of data is.</summary>
/// <param name="Activity">What is being done, e.g. <c>packing photos</c>.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is to do; 0 where that is not known.</param>
/// <param name="Unit">What is counted: <c>images</c> or <c>bytes</c>.</param>
public sealed record DataProgress(string Activity, long Done, long Total, string Unit);
