using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using GenBench.Core;

namespace GenBench.Data.Publishing;

/// <summary>A mirror does not serve the file.</summary>
/// <param name="message">What it does instead.</param>
internal sealed class MirrorException(string message) : Exception(message)
{
    /// <summary>Whether another connection may do better.</summary>
    internal bool Transient { get; init; }

    /// <summary>Whether no connection was made at all.</summary>
    internal bool Unreachable { get; init; }
}

/// <summary>One connection: brings what is missing of a file, or fails and keeps what came.</summary>
internal sealed class Transfer(HttpClient client, DownloadOptions options, IProgress<DataProgress>? progress)
{
    private const int Chunk = 1 << 17;

    /// <summary>Bytes that a file of unknown length may have.</summary>
    private const long Most = 16L << 30;

    /// <summary>Appends to <paramref name="part"/> until it is as long as the server says.</summary>
    /// <exception cref="MirrorException">The connection broke, or the server serves something else.</exception>
    /// <exception cref="BadInputException">There is no room on the disk.</exception>
    internal async Task RunAsync(Uri address, PublishedFile file, string part, CancellationToken cancellation)
    {
        await using var target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        if (target.Length >= (file.Length ?? Most))
            target.SetLength(0);
        target.Seek(0, SeekOrigin.End);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(options.Stall);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (target.Length > 0)
                request.Headers.Range = new RangeHeaderValue(target.Length, null);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            var expected = Accept(response, file, target);
            DiskSpace.Require(Path.GetDirectoryName(part)!, (expected ?? file.Length ?? 0) - target.Length, address.ToString(), options.FreeSpace);
            await CopyAsync(response, target, expected, file, stall);
            target.Flush(flushToDisk: true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MirrorException($"nothing came for {options.Stall.TotalSeconds:0.#} s, after {target.Length} bytes") { Transient = true };
        }
        catch (HttpRequestException error)
        {
            throw Failed(error);
        }
        catch (IOException error) when (error is HttpIOException || error.InnerException is SocketException)
        {
            throw new MirrorException($"the connection broke after {target.Length} bytes") { Transient = true };
        }
    }

    /// <summary>Checks the answer and puts the file's end where its bytes are to go.</summary>
    /// <returns>The length of the whole file as the server gives it, or null.</returns>
    private static long? Accept(HttpResponseMessage response, PublishedFile file, FileStream target)
    {
        var resumes = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange is { From: { } from } && from == target.Length;
        if (!resumes)
            target.SetLength(0); // the server ignores ranges, or answers with another one
        if (response.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable || response.StatusCode == HttpStatusCode.PartialContent && !resumes)
            throw new MirrorException("does not resume where the transfer stopped") { Transient = true };
        if (!response.IsSuccessStatusCode)
            throw new MirrorException($"answers {(int)response.StatusCode} {response.ReasonPhrase}")
            {
                Transient = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500,
            };
        if (response.Content.Headers.ContentType?.MediaType is "text/html")
            throw new MirrorException("serves a web page in the file's place");
        var expected = target.Length + response.Content.Headers.ContentLength;
        return expected is null || file.Length is null || expected == file.Length ? expected
            : throw new MirrorException($"serves a file of {expected} bytes, not of {file.Length}");
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream target, long? expected, PublishedFile file, CancellationTokenSource stall)
    {
        var most = expected ?? file.Length ?? Most;
        await using var source = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[Chunk];
        while (await source.ReadAsync(buffer, stall.Token) is > 0 and var count)
        {
            if (target.Length + count > most)
            {
                target.SetLength(0);
                throw new MirrorException($"sends more than the {most} bytes of the file");
            }
            await target.WriteAsync(buffer.AsMemory(0, count), stall.Token);
            progress?.Report(new DataProgress($"fetching {file.Name}", target.Length, expected ?? file.Length ?? 0, "bytes"));
            stall.CancelAfter(options.Stall);
        }
        if (target.Length < (expected ?? file.Length ?? 0))
            throw new MirrorException($"the connection ended after {target.Length} of {expected ?? file.Length} bytes") { Transient = true };
    }

    private static MirrorException Failed(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new("its name is not known") { Unreachable = true },
        HttpRequestError.ConnectionError => new("no connection") { Unreachable = true },
        HttpRequestError.ProxyTunnelError => new("the proxy refuses the connection") { Unreachable = true },
        HttpRequestError.SecureConnectionError => new("no secure connection"),
        _ => new(error.Message.ReplaceLineEndings(" ").TrimEnd('.')) { Transient = true },
    };
}
