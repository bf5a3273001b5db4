using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using GenBench.Core;
using GenBench.Data;
using Microsoft.AspNetCore.Http;

namespace GenBench.Tests.Data;

/// <summary>The downloader against a server that does what servers do: each fault is recovered from or refused in one
/// line, and under the file's name there is never anything but the file.</summary>
public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] Content = MakeContent();
    private static readonly DownloadOptions Hasty = new() { Stall = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(1) };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static byte[] MakeContent()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private string Target => Path.Combine(folder.Path, "set", "file.bin");

    private string Part => Target + ".part";

    private static PublishedFile Published(long? length = null) => new("file.bin") { Md5 = IdxBytes.Md5(Content), Length = length, ContentLength = Content.Length };

    private async Task<bool> FetchAsync(PublishedFile file, DownloadOptions options, params string[] mirrors)
    {
        using var client = Downloader.CreateClient();
        var (verdict, fetched) = await new Downloader(client, options, TimeProvider.System, null)
            .FetchAsync(new Publication("set", mirrors, [file]), file, folder.Path, TestContext.Current.CancellationToken);
        Assert.Equal(Target, verdict.Path);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.False(File.Exists(Part));
        return fetched;
    }

    /// <summary>Fetches from a server; the file must arrive.</summary>
    private async Task<string[]> ArrivesAsync(Func<HttpContext, int, Task> answer, long? length = null)
    {
        var requests = 0;
        await using var server = await LoopbackServer.StartAsync(context => answer(context, requests++));
        Assert.True(await FetchAsync(Published(length), Hasty, server.Address));
        return [.. server.Asked];
    }

    /// <summary>Fetches from a server that never serves the file; it must be refused in one line.</summary>
    private async Task<string> RefusedAsync(Func<HttpContext, Task> answer, long? length = null, DownloadOptions? options = null)
    {
        await using var server = await LoopbackServer.StartAsync(answer);
        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(Published(length), options ?? Hasty, server.Address));
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(File.Exists(Target), "something stands under the file's name");
        return error.Message;
    }

    /// <summary>Serves the content and ranges of it as servers should, but for what <paramref name="upTo"/> cuts off.</summary>
    private static async Task ServeAsync(HttpContext context, int upTo = int.MaxValue, byte[]? content = null)
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

    [Fact]
    public async Task A_file_is_fetched_once()
    {
        await using var server = await LoopbackServer.StartAsync(context => ServeAsync(context));
        var told = new ConcurrentQueue<DataProgress>();
        using var client = Downloader.CreateClient();
        var downloader = new Downloader(client, Hasty, TimeProvider.System, new Told(told));
        var publication = new Publication("set", [server.Address], [Published()]);
        Assert.True((await downloader.FetchAsync(publication, Published(), folder.Path, TestContext.Current.CancellationToken)).Fetched);
        Assert.False((await downloader.FetchAsync(publication, Published(), folder.Path, TestContext.Current.CancellationToken)).Fetched);
        Assert.Equal(["GET /file.bin"], server.Asked);
        Assert.Equal(new DataProgress("fetching file.bin", Content.Length, Content.Length, "bytes"), told.Last());
    }

    private sealed class Told(ConcurrentQueue<DataProgress> told) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => told.Enqueue(value);
    }

    [Fact]
    public async Task A_transfer_that_drops_goes_on_where_it_stopped()
    {
        var asked = await ArrivesAsync((context, request) => ServeAsync(context, request == 0 ? 100_000 : request == 1 ? 200_000 : int.MaxValue));
        Assert.Equal(3, asked.Length);
        Assert.Equal("GET /file.bin", asked[0]);
        Assert.All(asked[1..], line => Assert.StartsWith("GET /file.bin bytes=", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_later_call_goes_on_with_what_an_earlier_one_left()
    {
        folder.Write("set/file.bin.part", Content[..123_456]);
        Assert.Equal(["GET /file.bin bytes=123456-"], await ArrivesAsync((context, _) => ServeAsync(context)));
    }

    [Fact]
    public async Task A_stall_is_given_up_and_resumed()
    {
        var asked = await ArrivesAsync(async (context, request) =>
        {
            if (request > 0)
            {
                await ServeAsync(context);
                return;
            }
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content.AsMemory(0, 50_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        Assert.Equal(["GET /file.bin", "GET /file.bin bytes=50000-"], asked);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_named() =>
        Assert.Contains("nothing came for 0.2 s", await RefusedAsync(
            context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted),
            options: Hasty with { Stall = TimeSpan.FromSeconds(0.2), Attempts = 2 }), StringComparison.Ordinal);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_followed(int status)
    {
        var asked = await ArrivesAsync((context, _) =>
        {
            if (context.Request.Path == "/elsewhere")
                return ServeAsync(context);
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, "/elsewhere");
            return Task.CompletedTask;
        });
        Assert.Equal(["GET /file.bin", "GET /elsewhere"], asked);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end() => Assert.Contains("302", await RefusedAsync(context =>
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = (302, "/file.bin");
        return Task.CompletedTask;
    }), StringComparison.Ordinal);

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        folder.Write("set/file.bin.part", Content[..123_456]);
        await ArrivesAsync((context, _) =>
        {
            context.Request.Headers.Range = default;
            return ServeAsync(context);
        });
    }

    [Fact]
    public async Task A_range_other_than_the_one_asked_for_is_not_appended()
    {
        folder.Write("set/file.bin.part", Content[..123_456]);
        var asked = await ArrivesAsync((context, request) =>
        {
            if (request == 0)
                context.Request.Headers.Range = "bytes=100000-";
            return ServeAsync(context);
        });
        Assert.Equal(["GET /file.bin bytes=123456-", "GET /file.bin"], asked);
    }

    [Fact]
    public async Task A_range_that_is_not_satisfiable_starts_anew()
    {
        folder.Write("set/file.bin.part", Content[..123_456]);
        var asked = await ArrivesAsync((context, request) =>
        {
            if (request > 0)
                return ServeAsync(context);
            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return Task.CompletedTask;
        });
        Assert.Equal("GET /file.bin", asked[^1]);
    }

    [Fact]
    public async Task What_another_file_left_is_dropped_and_the_file_fetched_whole()
    {
        folder.Write("set/file.bin.part", new byte[1_000]);
        Assert.Equal(["GET /file.bin bytes=1000-", "GET /file.bin"], await ArrivesAsync((context, _) => ServeAsync(context)));
        // A part as long as the whole file is no beginning of it.
        File.Delete(Target);
        folder.Write("set/file.bin.part", new byte[Content.Length]);
        Assert.Equal(["GET /file.bin"], await ArrivesAsync((context, _) => ServeAsync(context), Content.Length));
    }

    [Fact]
    public async Task A_length_that_is_too_long_breaks_off_and_is_refused() =>
        Assert.Contains("connection", await RefusedAsync(async context =>
        {
            context.Response.ContentLength = 400_000;
            await context.Response.Body.WriteAsync(Content);
            await context.Response.Body.FlushAsync();
            context.Abort();
        }, options: Hasty with { Attempts = 2 }), StringComparison.Ordinal);

    [Fact]
    public async Task A_length_other_than_the_published_is_refused_at_once()
    {
        var requests = 0;
        Assert.Contains("serves a file of 200000 bytes, not of 300000", await RefusedAsync(context =>
        {
            requests++;
            return ServeAsync(context, content: Content[..200_000]);
        }, Content.Length), StringComparison.Ordinal);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task A_stream_without_a_length_or_an_end_is_cut_off()
    {
        Assert.Contains("sends more than the 300000 bytes", await RefusedAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(Content);
        }, Content.Length), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task A_stream_without_a_length_arrives_where_it_is_the_file() =>
        await ArrivesAsync((context, _) => context.Response.Body.WriteAsync(Content).AsTask());

    [Fact]
    public async Task Wrong_bytes_are_refused_with_both_checksums()
    {
        byte[] other = [.. Content];
        other[^1] ^= 1;
        var message = await RefusedAsync(context => ServeAsync(context, content: other), Content.Length);
        Assert.Contains(IdxBytes.Md5(other), message, StringComparison.Ordinal);
        Assert.Contains(IdxBytes.Md5(Content), message, StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/octet-stream")]
    public async Task A_web_page_is_refused_as_one(string type) => Assert.Contains("page", await RefusedAsync(context =>
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync("<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>");
    }), StringComparison.Ordinal);

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 5)]
    [InlineData(429, 5)]
    public async Task Refusals_of_the_server_are_named_and_only_passing_ones_tried_again(int status, int requests)
    {
        var count = 0;
        Assert.Contains($"answers {status}", await RefusedAsync(context =>
        {
            count++;
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }), StringComparison.Ordinal);
        Assert.Equal(requests, count);
    }

    [Fact]
    public async Task Mirrors_are_tried_in_their_order_and_a_part_serves_the_next()
    {
        await using var dropping = await LoopbackServer.StartAsync(context => ServeAsync(context, 100_000));
        await using var good = await LoopbackServer.StartAsync(context => ServeAsync(context));
        await using var unused = await LoopbackServer.StartAsync(context => ServeAsync(context));
        Assert.True(await FetchAsync(Published(), Hasty with { Attempts = 2 }, dropping.Address, good.Address, unused.Address));
        Assert.Equal(2, dropping.Asked.Count);
        Assert.Contains("bytes=", Assert.Single(good.Asked), StringComparison.Ordinal);
        Assert.Empty(unused.Asked);
    }

    [Fact]
    public async Task Without_a_network_the_end_is_quick_and_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var closed = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(Published(), Hasty, $"http://127.0.0.1:{closed}/", "http://no-such-host.invalid/"));
        foreach (var part in new[] { "no connection", "http://no-such-host.invalid/: its name is not known", "offline", "by hand" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Room_is_asked_for_before_it_is_used()
    {
        Assert.Contains("where 0.1 MB are free", await RefusedAsync(context => ServeAsync(context), options: Hasty with { FreeSpace = _ => 100_000 }), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Part).Length);
        // Only what is missing is asked for.
        folder.Write("set/file.bin.part", Content[..250_000]);
        await using var server = await LoopbackServer.StartAsync(context => ServeAsync(context));
        Assert.True(await FetchAsync(Published(), Hasty with { FreeSpace = _ => 100_000 }, server.Address));
    }

    [Fact]
    public async Task Two_that_fetch_the_same_do_not_write_into_each_other()
    {
        using var other = new FileStream(folder.Write("set/file.bin.part", [1, 2]), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("cannot be written", await RefusedAsync(context => ServeAsync(context)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_the_published_one_is_replaced_only_by_it()
    {
        folder.Write("set/file.bin", [1, 2, 3]);
        await using (var missing = await LoopbackServer.StartAsync(context => { context.Response.StatusCode = 404; return Task.CompletedTask; }))
            await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(Published(), Hasty, missing.Address));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        await ArrivesAsync((context, _) => ServeAsync(context));
    }

    [Fact]
    public async Task A_cancelled_transfer_keeps_what_came()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = Content.Length;
            await context.Response.Body.WriteAsync(Content.AsMemory(0, 70_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(100);
            await stop.CancelAsync();
            await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var client = Downloader.CreateClient();
        var downloader = new Downloader(client, Hasty with { Stall = TimeSpan.FromSeconds(10) }, TimeProvider.System, null);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            downloader.FetchAsync(new Publication("set", [server.Address], [Published()]), Published(), folder.Path, stop.Token));
        Assert.Equal(Content[..70_000], await File.ReadAllBytesAsync(Part, TestContext.Current.CancellationToken));
    }
}
