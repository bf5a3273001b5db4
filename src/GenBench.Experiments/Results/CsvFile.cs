using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace GenBench.Experiments.Results;

/// <summary>Reads and writes lists of records as CSV: invariant culture, snake_case header, shortest round-trip numbers, LF.</summary>
public static class CsvFile
{
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\n",
        PrepareHeaderForMatch = args => args.Header.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant(),
    };

    /// <summary>Writes a whole file, atomically.</summary>
    public static void Write<T>(string path, IEnumerable<T> rows) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        using var csv = new CsvWriter(writer, Configuration);
        csv.Context.RegisterClassMap(new SnakeCaseMap<T>());
        csv.WriteHeader<T>();
        csv.NextRecord();
        foreach (var row in rows)
        {
            csv.WriteRecord(row);
            csv.NextRecord();
        }
    });

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is not what <see cref="Write"/> writes.</exception>
    public static IReadOnlyList<T> Read<T>(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            using var csv = new CsvReader(reader, Configuration);
            return [.. csv.GetRecords<T>()];
        }
        catch (CsvHelperException error)
        {
            throw new InvalidDataException($"{path}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private sealed class SnakeCaseMap<T> : ClassMap<T>
    {
        public SnakeCaseMap()
        {
            AutoMap(CultureInfo.InvariantCulture);
            foreach (var member in MemberMaps)
                member.Name(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Data.Member!.Name));
        }
    }
}
