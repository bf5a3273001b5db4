using GenBench.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenBench.Models.Flows;

/// <summary>
/// Invertible 1×1 convolution (Kingma &amp; Dhariwal 2018, §3.2): every position's channels times W = P L (U + diag s), with P a
/// fixed permutation, L unit lower and U strictly upper triangular (eq. 10), so that ln |det| is H·W Σ ln |s|. W starts
/// as a random rotation; the signs of s stay as they were then.
/// </summary>
internal sealed class InvertibleConvolution : Flow
{
    private readonly long _positions;
    private readonly Tensor _permutation;
    private readonly Tensor _sign;
    private readonly Parameter _lower;
    private readonly Parameter _upper;
    private readonly Parameter _logDiagonal;

    internal InvertibleConvolution(int channels, FeatureSize size) : base(nameof(InvertibleConvolution))
    {
        _positions = size.Positions;
        using (NewDisposeScope())
        {
            var (rotation, _) = linalg.qr(randn(channels, channels, ScalarType.Float64));
            var (permutation, lower, upper) = linalg.lu(rotation);
            var diagonal = upper.diag();
            _permutation = Float(permutation);
            _sign = Float(diagonal.sign());
            _lower = new Parameter(Float(lower.tril(-1)));
            _upper = new Parameter(Float(upper.triu(1)));
            _logDiagonal = new Parameter(Float(diagonal.abs().log()));
        }
        RegisterComponents();
    }

    internal override long Macs => _permutation.NumberOfElements * _positions;

    internal override (Tensor Z, Tensor LogDet) Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (Apply(Weight(), x).MoveToOuterDisposeScope(), LogDet(x, _positions).MoveToOuterDisposeScope());
    }

    internal override (Tensor X, Tensor LogDet) Inverse(Tensor z)
    {
        using var scope = NewDisposeScope();
        var inverse = linalg.inv(Weight().to(ScalarType.Float64)).to(z.dtype);
        return (Apply(inverse, z).MoveToOuterDisposeScope(), LogDet(z, -_positions).MoveToOuterDisposeScope());
    }

    /// <summary>W, [C, C].</summary>
    internal Tensor Weight()
    {
        using var scope = NewDisposeScope();
        var lower = _lower.tril(-1) + eye(_sign.NumberOfElements, dtype: _lower.dtype, device: _lower.device);
        var upper = _upper.triu(1) + (_sign * _logDiagonal.exp()).diag();
        return _permutation.matmul(lower.matmul(upper)).MoveToOuterDisposeScope();
    }

    private Tensor LogDet(Tensor x, long times) => (_logDiagonal.sum() * times).expand(x.shape[0]);

    private static Tensor Apply(Tensor matrix, Tensor x) => nn.functional.conv2d(x, matrix.unsqueeze(-1).unsqueeze(-1));

    private static Tensor Float(Tensor value) => value.to(ScalarType.Float32).MoveToOuterDisposeScope();
}
