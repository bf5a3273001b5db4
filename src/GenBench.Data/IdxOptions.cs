namespace GenBench.Data;

/// <summary>Options of <see cref="Mnist"/> and its kin.</summary>
public sealed record IdxOptions : ImageSetOptions
{
    /// <summary>Gray images of 28 × 28, as published.</summary>
    public IdxOptions()
    {
        Resolution = 28;
        Color = "gray";
    }
}
