using GenBench.Core;
using GenBench.Data.Publishing;
using Microsoft.AspNetCore.Http;

namespace GenBench.Tests.Data.Publishing;

/// <summary>A file to fetch, servers to fetch it from, and what must hold afterwards: it has arrived, or is refused in
/// one line; under its name there is never anything else.</summary>
public abstract class DownloaderFixture : IDisposable
{
    protected static readonly byte[] Content = MakeContent();
    protected static readonly DownloadOptions Hasty = new() { Stall = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(1) };
    private protected TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private static byte[] MakeContent()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    protected string Target => Path.Combine(Folder.Path, "set", "file.bin");

    protected string Part => Target + ".part";

    protected static PublishedFile Published(long? length = null) => new("file.bin") { Md5 = IdxBytes.Md5(Content), Length = length, ContentLength = Content.Length };

    protected async Task<bool> FetchAsync(PublishedFile file, DownloadOptions options, params string[] mirrors)
    {
        using var client = Downloader.CreateClient();
        var (verdict, fetched) = await new Downloader(client, options, TimeProvider.System, null)
            .FetchAsync(new Publication("set", mirrors, [file]), file, Folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(Target, verdict.Path);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.False(File.Exists(Part));
        return fetched;
    }

    /// <summary>Fetches from a server; the file must arrive.</summary>
    protected async Task<string[]> ArrivesAsync(Func<HttpContext, int, Task> answer, long? length = null, DownloadOptions? options = null)
    {
        var requests = 0;
        await using var server = await LoopbackServer.StartAsync(context => answer(context, requests++));
        Assert.True(await FetchAsync(Published(length), options ?? Hasty, server.Address));
        return [.. server.Asked];
    }

    /// <summary>Fetches from a server that never serves the file; it must be refused in one line.</summary>
    protected async Task<string> RefusedAsync(Func<HttpContext, Task> answer, long? length = null, DownloadOptions? options = null)
    {
        await using var server = await LoopbackServer.StartAsync(answer);
        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(Published(length), options ?? Hasty, server.Address));
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(File.Exists(Target), "something stands under the file's name");
        return error.Message;
    }

    /// <summary>Serves the content and ranges of it as servers should, but for what <paramref name="upTo"/> cuts off.</summary>
    protected static async Task ServeAsync(HttpContext context, int upTo = int.MaxValue, byte[]? content = null)
    {
        content ??= Content;
        var from = context.Request.Headers.Range.ToString() is { Length: > 0 } range ? int.Parse(range["bytes=".Length..^1], null) : 0;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = content.Length - from;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        var to = Math.Min(content.Length, upTo);
        await context.Response.Body.WriteAsync(content.AsMemory(from, Math.Max(0, to - from)));
        if (to < content.Length)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }
}
