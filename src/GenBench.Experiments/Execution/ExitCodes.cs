namespace GenBench.Experiments.Execution;

/// <summary>Exit codes of every command; scripts depend on them.</summary>
public static class ExitCodes
{
    /// <summary>All well.</summary>
    public const int Success = 0;

    /// <summary>Some cells failed, each named.</summary>
    public const int CellsFailed = 1;

    /// <summary>Bad input, said in one line.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted; the same command goes on where it stopped.</summary>
    public const int Interrupted = 130;
}
