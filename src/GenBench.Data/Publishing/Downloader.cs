using GenBench.Core;

namespace GenBench.Data.Publishing;

/// <summary>
/// Fetches published files: mirrors in their order, each given several connections; a broken transfer is resumed by
/// range; what arrives lies beside the target until its checksum is the published one and is then renamed. So under
/// a file's own name there is never anything else.
/// </summary>
/// <param name="client">Makes the requests; <see cref="CreateClient"/> makes a suitable one.</param>
/// <param name="options">How patient to be.</param>
/// <param name="time">For the pauses.</param>
/// <param name="progress">Told the bytes that have arrived, or null.</param>
public sealed class Downloader(HttpClient client, DownloadOptions options, TimeProvider time, IProgress<DataProgress>? progress)
{
    /// <summary>What is appended to the name of a file that has not arrived whole.</summary>
    internal const string PartSuffix = ".part";

    /// <summary>A client that leaves patience to the downloader and follows redirects and the proxies that the environment names.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), MaxAutomaticRedirections = 5 })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "genbench" } },
    };

    /// <summary>Makes sure of a file.</summary>
    /// <param name="publication">The dataset.</param>
    /// <param name="file">One of its files, with a published MD5.</param>
    /// <param name="dataFolder">The folder that <c>--data</c> names.</param>
    /// <param name="cancellation">Stops; what has arrived is kept for the next call.</param>
    /// <returns>Where the file is, and whether it was fetched just now.</returns>
    /// <exception cref="BadInputException">No mirror serves it, or there is no room; said for each mirror.</exception>
    public async Task<(FileVerdict Verdict, bool Fetched)> FetchAsync(Publication publication, PublishedFile file, string dataFolder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(file.Md5);
        var folder = publication.Folder(dataFolder);
        if (PublicationCheck.Check(folder, file) is { State: FileState.Genuine or FileState.Recompressed } there)
            return (there, false);
        var target = Path.Combine(folder, file.Name);
        var failures = new List<MirrorException>();
        foreach (var mirror in publication.Mirrors)
        {
            try
            {
                Directory.CreateDirectory(folder);
                await FetchFromAsync(new Uri(mirror + file.Name), file, target, cancellation);
                return (new FileVerdict(target, FileState.Genuine, $"its MD5 is the published {file.Md5}"), true);
            }
            catch (MirrorException failure)
            {
                failures.Add(failure);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new BadInputException($"{target}{PartSuffix}: cannot be written: {error.Message.ReplaceLineEndings(" ")}", error);
            }
            finally
            {
                if (new FileInfo(target + PartSuffix) is { Exists: true, Length: 0 } nothing)
                    nothing.Delete();
            }
        }
        var reasons = string.Join("; ", publication.Mirrors.Zip(failures, (mirror, failure) => $"{mirror}: {failure.Message}"));
        var mend = failures.TrueForAll(failure => failure.Unreachable) ? "is this machine offline, or does it need HTTPS_PROXY?" : "try again later";
        throw new BadInputException($"{target}: not to be had: {reasons}; {mend}, or put the file there by hand");
    }

    /// <summary>Tries one mirror until the file is there.</summary>
    private async Task FetchFromAsync(Uri address, PublishedFile file, string target, CancellationToken cancellation)
    {
        var part = target + PartSuffix;
        for (var attempt = 1; ; attempt++)
        {
            var before = File.Exists(part) ? new FileInfo(part).Length : 0;
            try
            {
                await new Transfer(client, options, progress).RunAsync(address, file, part, cancellation);
            }
            catch (MirrorException failure) when (failure.Transient && attempt < options.Attempts)
            {
                await Task.Delay(options.Pause * (1 << (attempt - 1)), time, cancellation);
                continue;
            }
            var md5 = Md5Sum.OfFile(part);
            if (md5 == file.Md5)
            {
                File.Move(part, target, overwrite: true);
                return;
            }
            var page = LooksLikeText(part);
            File.Delete(part);
            // What lay there before may be another file's beginning: only a whole transfer speaks against the mirror.
            if (before == 0 || attempt >= options.Attempts)
                throw new MirrorException(page ? "serves a page of text in the file's place" : $"serves another file, whose MD5 is {md5}, not {file.Md5}");
        }
    }

    private static bool LooksLikeText(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[64];
        var count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return count > 0 && start.Take(count).All(letter => letter is >= (byte)' ' and < 0x7f or (byte)'\r' or (byte)'\n' or (byte)'\t');
    }
}
