using System.ComponentModel.DataAnnotations;
using GenBench.Core;
using static TorchSharp.torch;

namespace GenBench.Data.Plane;

/// <summary>Options of <see cref="Checkerboard"/>.</summary>
public sealed record CheckerboardOptions : PlaneOptions
{
    /// <summary>Squares along a side of the board.</summary>
    [Range(2, 32)]
    public int Squares { get; init; } = 4;
}

/// <summary>Points that are uniform on the black squares of a checkerboard over [−4, 4)²: a density of sharp edges, known exactly. No classes.</summary>
public sealed class Checkerboard : IDatasetDefinition<Checkerboard, CheckerboardOptions>
{
    private Checkerboard()
    {
    }

    /// <inheritdoc/>
    public static string Name => "checkerboard";

    /// <inheritdoc/>
    public static string Description => "points in the plane: the black squares of a checkerboard, whose density is known exactly; no files needed";

    /// <inheritdoc/>
    public static DataSpec Describe(CheckerboardOptions options) => Law(options).Spec;

    /// <summary>Makes the points; no file is read.</summary>
    /// <inheritdoc/>
    public static Dataset Open(CheckerboardOptions options, string dataFolder) => Law(options).Open(Name, options);

    private static BlackSquares Law(CheckerboardOptions options)
    {
        OptionRules.Check(options);
        return new BlackSquares(options.Squares);
    }
}

/// <summary>The law of <see cref="Checkerboard"/>. The square at the lower left is black.</summary>
/// <param name="squares">Squares along a side.</param>
internal sealed class BlackSquares(int squares) : PlaneLaw
{
    private const double Edge = 4;
    private readonly double _side = 2 * Edge / squares;

    /// <summary>By rejection, on the coordinates as they are kept: rounding puts no point beside its square.</summary>
    internal override (Point At, int Label) Draw(ref CounterRandom random)
    {
        while (true)
        {
            var at = new Point((float)random.Uniform(-Edge, Edge), (float)random.Uniform(-Edge, Edge));
            var (column, row) = (Math.Floor((at.X + Edge) / _side), Math.Floor((at.Y + Edge) / _side));
            if (column < squares && row < squares && (column + row) % 2 == 0)
                return (at, 0);
        }
    }

    internal override Tensor LogDensity(Tensor points)
    {
        using var scope = NewDisposeScope();
        var cells = ((points + Edge) / _side).floor();                                     // [B, 2]
        var onBoard = cells.ge(0).logical_and(cells.lt(squares)).all(1);
        var black = cells.sum(1).remainder(2).eq(0).logical_and(onBoard);
        var area = (squares * squares + 1) / 2 * _side * _side;
        return full_like(cells.select(1, 0), -Math.Log(area)).masked_fill(black.logical_not(), double.NegativeInfinity).MoveToOuterDisposeScope();
    }
}
