using System.CommandLine;
using GenBench.Core;
using GenBench.Data.Archives;
using GenBench.Data.Publishing;
using GenBench.Experiments;
using GenBench.Experiments.Execution;

namespace GenBench.Cli;

/// <summary><c>genbench data fetch|verify|preview NAME</c>.</summary>
internal static class DataCommand
{
    internal static Command Create() => new("data", "Fetch, verify and look at datasets.") { Fetch(), Verify(), DataPreviewCommand.Create() };

    private static Argument<string> Name() => new("NAME") { Description = "A dataset; 'genbench list datasets' names them." };

    private static Command Fetch()
    {
        var (name, data) = (Name(), CommonOptions.Data());
        var extract = new Option<bool>("--extract") { Description = "Unpack a fetched archive as well; the suite reads it as it is." };
        var command = new Command("fetch", "Fetch a published dataset, resuming what was begun; only files with the published checksum are kept.") { name, data, extract };
        command.SetAction((parsed, cancellation) => FetchAsync(parsed.GetValue(name)!, parsed.GetValue(data)!, parsed.GetValue(extract), cancellation));
        return command;
    }

    private static Command Verify()
    {
        var (name, data) = (Name(), CommonOptions.Data());
        var command = new Command("verify", "Say of each file of a published dataset whether it is genuine, recompressed, partial or wrong.") { name, data };
        command.SetAction(parsed => Verify(parsed.GetValue(name)!, parsed.GetValue(data)!));
        return command;
    }

    private static async Task<int> FetchAsync(string name, string data, bool extract, CancellationToken cancellation)
    {
        var publication = Find(name);
        var progress = new DataProgressLines(TimeProvider.System);
        using var client = Downloader.CreateClient();
        var downloader = new Downloader(client, new DownloadOptions(), TimeProvider.System, progress);
        foreach (var file in publication.Files)
        {
            var (verdict, fetched) = await downloader.FetchAsync(publication, file, data, cancellation);
            Console.WriteLine($"{verdict.Path}: {(fetched ? "fetched" : "already there")}, {Words(verdict.State)}");
            if (extract && file.IsArchive)
                foreach (var written in ArchiveExtraction.Extract(verdict.Path, publication.Folder(data), progress))
                    Console.WriteLine($"{written}: unpacked");
        }
        return ExitCodes.Success;
    }

    private static int Verify(string name, string data)
    {
        var verdicts = PublicationCheck.Verify(Find(name), data);
        foreach (var verdict in verdicts)
            Console.WriteLine($"{verdict.Path}: {Words(verdict.State)}: {verdict.Reason}");
        return verdicts.All(verdict => verdict.State is FileState.Genuine or FileState.Recompressed) ? ExitCodes.Success : ExitCodes.CellsFailed;
    }

    private static Publication Find(string name) => Registry.BuiltIn.Dataset(name).Publication
        ?? throw new BadInputException($"{name}: was not published as files that could be fetched or verified; docs/DATA.md says what it needs");

    private static string Words(FileState state) => state switch
    {
        FileState.Genuine => "genuine",
        FileState.Recompressed => "genuine, recompressed",
        FileState.Partial => "partial",
        FileState.Wrong => "wrong",
        FileState.Missing => "missing",
        _ => "unknown",
    };
}
