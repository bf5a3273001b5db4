using System.Text.Json;
using System.Text.Json.Serialization;
using GenBench.Core;
using GenBench.Experiments.Results;

namespace GenBench.Experiments.Execution;

/// <summary>What <c>status.json</c> says of a cell.</summary>
/// <param name="State"><c>running</c>, <c>complete</c>, <c>failed</c> or <c>interrupted</c>.</param>
/// <param name="Reason">One line: why it failed; empty otherwise.</param>
/// <param name="ExitCode">Exit code of the child process, or null while it runs.</param>
public sealed record CellStatus(string State, string Reason, int? ExitCode)
{
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
    /// <exception cref="BadInputException">The file is broken.</exception>
    public static CellStatus? Read(CellFolder folder)
    {
        try
        {
            return File.Exists(folder.StatusJson) ? JsonSerializer.Deserialize<CellStatus>(File.ReadAllText(folder.StatusJson), Options) : null;
        }
        catch (JsonException error)
        {
            throw new BadInputException($"{folder.StatusJson}: {error.Message.ReplaceLineEndings(" ")}; delete it and run the experiment again", error);
        }
    }

    /// <summary>Writes the file, atomically.</summary>
    public static void Write(CellFolder folder, CellStatus status) =>
        AtomicFile.WriteText(folder.StatusJson, JsonSerializer.Serialize(status, Options) + "\n");
}
