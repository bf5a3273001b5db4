using System.Collections.Concurrent;
using GenBench.Core;
using GenBench.Data.Publishing;
using Microsoft.AspNetCore.Http;

namespace GenBench.Tests.Data.Publishing;

/// <summary>Faults of servers and connections from which the downloader recovers.</summary>
public sealed class DownloaderTests : DownloaderFixture
{
    [Fact]
    public async Task A_file_is_fetched_once()
    {
        await using var server = await LoopbackServer.StartAsync(context => ServeAsync(context));
        var told = new ConcurrentQueue<DataProgress>();
        using var client = Downloader.CreateClient();
        var downloader = new Downloader(client, Hasty, TimeProvider.System, new Told(told));
        var publication = new Publication("set", [server.Address], [Published()]);
        Assert.True((await downloader.FetchAsync(publication, Published(), Folder.Path, TestContext.Current.CancellationToken)).Fetched);
        Assert.False((await downloader.FetchAsync(publication, Published(), Folder.Path, TestContext.Current.CancellationToken)).Fetched);
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
        Folder.Write("set/file.bin.part", Content[..123_456]);
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
        }, options: Hasty with { Stall = TimeSpan.FromSeconds(2) });
        Assert.Equal(["GET /file.bin", "GET /file.bin bytes=50000-"], asked[..2]);
    }

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
    public async Task A_server_that_ignores_ranges_is_read_from_the_start()
    {
        Folder.Write("set/file.bin.part", Content[..123_456]);
        await ArrivesAsync((context, _) =>
        {
            context.Request.Headers.Range = default;
            return ServeAsync(context);
        });
    }

    [Fact]
    public async Task A_range_other_than_the_one_asked_for_is_not_appended()
    {
        Folder.Write("set/file.bin.part", Content[..123_456]);
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
        Folder.Write("set/file.bin.part", Content[..123_456]);
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
        Folder.Write("set/file.bin.part", new byte[1_000]);
        Assert.Equal(["GET /file.bin bytes=1000-", "GET /file.bin"], await ArrivesAsync((context, _) => ServeAsync(context)));
        // A part as long as the whole file is no beginning of it.
        File.Delete(Target);
        Folder.Write("set/file.bin.part", new byte[Content.Length]);
        Assert.Equal(["GET /file.bin"], await ArrivesAsync((context, _) => ServeAsync(context), Content.Length));
    }

    [Fact]
    public async Task A_stream_without_a_length_arrives_where_it_is_the_file() =>
        await ArrivesAsync((context, _) => context.Response.Body.WriteAsync(Content).AsTask());

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
    public async Task A_file_that_is_not_the_published_one_is_replaced_only_by_it()
    {
        Folder.Write("set/file.bin", [1, 2, 3]);
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
        var downloader = new Downloader(client, Hasty, TimeProvider.System, null);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            downloader.FetchAsync(new Publication("set", [server.Address], [Published()]), Published(), Folder.Path, stop.Token));
        Assert.Equal(Content[..70_000], await File.ReadAllBytesAsync(Part, TestContext.Current.CancellationToken));
    }
}
