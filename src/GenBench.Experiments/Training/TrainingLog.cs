using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using GenBench.Experiments.Results;
using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace GenBench.Experiments.Training;

/// <summary>The training curves: <c>training.csv</c>, and the same scalars as TensorBoard events.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly FileStream _file;
    private readonly CsvWriter _csv;
    private readonly SummaryWriter _events;
    private readonly TimeProvider _time;

    /// <summary>Opens the curves and drops the rows written after <paramref name="imagesSeen"/> images: a run that was
    /// killed wrote them after the checkpoint that it now continues from.</summary>
    public TrainingLog(CellFolder folder, long imagesSeen, TimeProvider time)
    {
        CsvFile.Write(folder.TrainingCsv, Rows(folder.TrainingCsv, imagesSeen));
        _file = new FileStream(folder.TrainingCsv, FileMode.Append, FileAccess.Write, FileShare.Read);
        _csv = new CsvWriter(new StreamWriter(_file), Format);
        _events = tensorboard.SummaryWriter(folder.TensorBoard);
        _time = time;
    }

    private static CsvConfiguration Format => new(CultureInfo.InvariantCulture) { NewLine = "\n", HasHeaderRecord = false };

    /// <summary>Appends the scalars of one step.</summary>
    public void Write(string stage, TrainingState state, IEnumerable<(string Name, double Value)> scalars)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (name, value) in scalars)
        {
            _csv.WriteRecord(new TrainingRow(stage, state.StageStep, state.Images, state.DeviceSeconds, name, value));
            _csv.NextRecord();
            _events.add_scalar($"{stage}/{name}", (float)value, (int)state.StageStep, now);
        }
        _csv.Flush();
    }

    /// <summary>Brings the rows to the disk; done before each checkpoint, so that what it continues from is whole.</summary>
    public void Flush()
    {
        _csv.Flush();
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _csv.Dispose();

    /// <summary>The rows up to <paramref name="imagesSeen"/>. A kill can tear only what follows them, so reading ends
    /// where the file stops making sense.</summary>
    private static List<TrainingRow> Rows(string path, long imagesSeen)
    {
        var rows = new List<TrainingRow>();
        if (imagesSeen == 0 || !File.Exists(path))
            return rows;
        using var csv = new CsvReader(new StreamReader(path), Format);
        try
        {
            csv.Read();
            while (csv.Read() && csv.GetRecord<TrainingRow>() is { } row && row.Images <= imagesSeen)
                rows.Add(row);
        }
        catch (CsvHelperException)
        {
            return rows;
        }
        return rows;
    }
}
