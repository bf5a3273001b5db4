using System.Net;
using System.Net.Sockets;
using GenBench.Core;
using Microsoft.AspNetCore.Http;

namespace GenBench.Tests.Data.Publishing;

/// <summary>Servers that do not serve the file, and machines on which it cannot be kept.</summary>
public sealed class DownloaderRefusalTests : DownloaderFixture
{
    [Fact]
    public async Task A_server_that_never_answers_is_named() =>
        Assert.Contains("nothing came for 0.2 s", await RefusedAsync(
            context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted),
            options: Hasty with { Stall = TimeSpan.FromSeconds(0.2), Attempts = 2 }), StringComparison.Ordinal);

    [Fact]
    public async Task Redirects_in_a_circle_end() => Assert.Contains("302", await RefusedAsync(context =>
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = (302, "/file.bin");
        return Task.CompletedTask;
    }), StringComparison.Ordinal);

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
        Assert.False(File.Exists(Part));
    }

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
    public async Task A_web_page_is_refused_as_one_and_leaves_nothing(string type)
    {
        Assert.Contains("page", await RefusedAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync("<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>");
        }), StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

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
        Assert.False(File.Exists(Part));
        // Only what is missing is asked for.
        Folder.Write("set/file.bin.part", Content[..250_000]);
        await using var server = await LoopbackServer.StartAsync(context => ServeAsync(context));
        Assert.True(await FetchAsync(Published(), Hasty with { FreeSpace = _ => 100_000 }, server.Address));
    }

    [Fact]
    public async Task Two_that_fetch_the_same_do_not_write_into_each_other()
    {
        using var other = new FileStream(Folder.Write("set/file.bin.part", [1, 2]), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("cannot be written", await RefusedAsync(context => ServeAsync(context)), StringComparison.Ordinal);
    }
}
