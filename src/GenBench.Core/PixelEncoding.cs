namespace GenBench.Core;

/// <summary>How 8-bit pixels x ∈ {0, …, 255} become a model's float32 input y and how its output becomes pixels.
/// A model declares one; the runner alone applies it, both ways. Every encoding leaves <see cref="DataValues.Reals"/> as they are.</summary>
public enum PixelEncoding
{
    /// <summary>y = x/127.5 − 1 ∈ [−1, 1]; back by round((y + 1)·127.5), clamped.</summary>
    Symmetric,

    /// <summary>y = (x + u)/128 − 1 ∈ [−1, 1), u uniform on {0, …, 65535}/65536; back by floor((y + 1)·128), clamped.
    /// A density p(y) gives bits per dimension by −log₂ p(y)/D + log₂ 128.</summary>
    Dequantised,

    /// <summary>y a Bernoulli draw of x/255, drawn anew each time; back as round(255·p), clamped.</summary>
    Binary,
}
