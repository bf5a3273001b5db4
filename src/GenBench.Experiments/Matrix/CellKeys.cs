namespace GenBench.Experiments.Matrix;

internal static class CellKeys
{
    internal static string Training(Cell cell) => throw new NotImplementedException();
}
