namespace GenBench.Core;

/// <summary>Options of a dataset that ask the trainer to augment what it trains on. Validation and test images, and the
/// reference of a metric, are never augmented.</summary>
public interface IAugmentationOptions
{
    /// <summary>Mirror each training image left to right with probability ½, drawn anew at every step.</summary>
    bool HorizontalFlip { get; }
}
