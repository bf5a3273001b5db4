using System.Text.Json;
using System.Text.Json.Serialization;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>What <c>status.json</c> says of a cell.</summary>
/// <param name="State">One of the constants.</param>
/// <param name="Reason">One line: why it failed; empty otherwise.</param>
/// <param name="ExitCode">Exit code of the child process, or null while it runs.</param>
public sealed record CellStatus(string State, string Reason, int? ExitCode)
{
    /// <summary>To be run: it never was, or more is asked of it since.</summary>
    public const string Waiting = "waiting";

    /// <summary>Being run.</summary>
    public const string Running = "running";

    /// <summary>All that is asked is there but the timing of sampling, which runs alone after all other cells.</summary>
    public const string Untimed = "untimed";

    /// <summary>All that is asked is there.</summary>
    public const string Complete = "complete";

    /// <summary>It ended without, for the reason given.</summary>
    public const string Failed = "failed";

    /// <summary>It was stopped; the next run goes on.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The file is broken; the next run looks at the cell and writes it anew.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Seconds spent on the cell so far, over all its runs.</summary>
    public double Seconds { get; init; }

    /// <summary>How far it was when the file was written, while it runs.</summary>
    public CellMessage? Progress { get; init; }
}

/// <summary>Reads and writes <c>status.json</c>.</summary>
public static class StatusFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // reasons are read by people
    };

    /// <summary>How a cell stands; null where it never started.</summary>
    public static CellStatus? Read(CellFolder folder)
    {
        try
        {
            return File.Exists(folder.StatusJson) ? JsonSerializer.Deserialize<CellStatus>(File.ReadAllText(folder.StatusJson), Options) : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return new CellStatus(CellStatus.Unreadable, $"{folder.StatusJson}: {error.Message.ReplaceLineEndings(" ")}", null);
        }
    }

    /// <summary>Writes the file, atomically.</summary>
    public static void Write(CellFolder folder, CellStatus status) =>
        AtomicFile.WriteText(folder.StatusJson, JsonSerializer.Serialize(status, Options) + "\n");
}
