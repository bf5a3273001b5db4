using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using GenBench.Core;

namespace GenBench.Metrics.Extractors;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes on disk.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct DownloadProgress(long Done, long Total);

/// <summary>
/// A file that is known by its checksum and fetched where it is absent. It is written aside as <c>.part</c>, from where a
/// broken download goes on, and gets its name only once its checksum is right.
/// </summary>
internal sealed record VerifiedDownload(string FileName, Uri Source, long Length, string Sha256)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // to connect, and for each piece

    /// <summary>The file in a folder, downloaded into it where it is absent.</summary>
    /// <exception cref="BadInputException">The file is absent and cannot be downloaded, or is another than it should be.</exception>
    internal async Task<string> ObtainAsync(string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            await DownloadAsync(path, progress, cancellation);
        else if (await ChecksumAsync(path, cancellation) is var found && found != Sha256)
            throw new BadInputException($"{path} is not the genuine file: its SHA-256 is {found}, not {Sha256}; delete it, or name it by its path to have figures under its own name");
        return path;
    }

    private async Task DownloadAsync(string path, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var part = $"{path}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await FetchAsync(part, progress, cancellation);
            if (await ChecksumAsync(part, cancellation) is var given && given != Sha256)
            {
                File.Delete(part);
                throw new BadInputException($"{path} is absent, and what {Source} gave has the SHA-256 {given}, not {Sha256}; it was not kept");
            }
            File.Move(part, path);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException
            || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new BadInputException(
                $"{path} is absent and could not be downloaded from {Source}: {error.Message.ReplaceLineEndings(" ")}; download it elsewhere and put it there", error);
        }
    }

    private async Task FetchAsync(string part, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var kept = File.Exists(part) && new FileInfo(part).Length is var length && length < Length ? length : 0;
        using var client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = Patience });
        using var request = new HttpRequestMessage(HttpMethod.Get, Source);
        if (kept > 0)
            request.Headers.Range = new RangeHeaderValue(kept, null);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        file.SetLength(response.StatusCode == HttpStatusCode.PartialContent ? kept : 0); // else the server gives the whole
        file.Position = file.Length;
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[1 << 16];
        while (file.Length <= Length)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            timeout.CancelAfter(Patience);
            var read = await body.ReadAsync(buffer, timeout.Token);
            if (read == 0 && file.Length < Length)
                throw new IOException($"it ended after {file.Length} of {Length} bytes");
            if (read == 0)
                return;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress?.Report(new(file.Length, Length));
        }
    }

    private static async Task<string> ChecksumAsync(string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }
}
