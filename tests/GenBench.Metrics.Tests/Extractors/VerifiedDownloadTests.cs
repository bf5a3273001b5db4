using System.Security.Cryptography;
using GenBench.Core;
using GenBench.Metrics.Extractors;

namespace GenBench.Tests.Metrics.Extractors;

public sealed class VerifiedDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 ^ i >> 8))];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static VerifiedDownload Of(LoopbackServer server) => new("net.pt", server.Source, Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));

    private async Task<BadInputException> Refused(VerifiedDownload download)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => download.ObtainAsync(folder.Path, null, TestContext.Current.CancellationToken));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains("net.pt", error.Message, StringComparison.Ordinal);
        return error;
    }

    [Fact]
    public async Task An_absent_file_is_fetched_once_and_told_of()
    {
        using var server = new LoopbackServer(Content);
        var seen = new List<DownloadProgress>();
        var path = await Of(server).ObtainAsync(Path.Combine(folder.Path, "new"), new Collect(seen), TestContext.Current.CancellationToken);
        Assert.Equal(Content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(new DownloadProgress(Content.Length, Content.Length), seen[^1]);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(path, await Of(server).ObtainAsync(Path.Combine(folder.Path, "new"), null, TestContext.Current.CancellationToken));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_stopped()
    {
        using var server = new LoopbackServer(Content, breakAfter: 100_000);
        var error = await Refused(Of(server));
        Assert.Contains("absent", error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Source.ToString(), error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["net.pt"]));
        var path = await Of(server).ObtainAsync(folder.Path, null, TestContext.Current.CancellationToken);
        Assert.Equal(Content, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([0, 100_000], server.Asked);
    }

    [Fact]
    public async Task Another_file_than_the_right_one_is_not_kept()
    {
        byte[] other = [.. Content];
        other[1234] ^= 1;
        using var server = new LoopbackServer(other);
        Assert.Contains("not kept", (await Refused(Of(server))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
        using var longer = new LoopbackServer([.. Content, .. Content, .. Content]);
        await Refused(Of(longer));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_wrong_file_in_its_place_is_neither_used_nor_replaced()
    {
        using var server = new LoopbackServer(Content);
        await File.WriteAllBytesAsync(folder["net.pt"], [1, 2, 3], TestContext.Current.CancellationToken);
        Assert.Contains("SHA-256", (await Refused(Of(server))).Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
        Assert.Equal(3, new FileInfo(folder["net.pt"]).Length);
    }

    [Fact]
    public async Task Without_a_network_it_is_said_what_is_absent_and_where_it_belongs()
    {
        VerifiedDownload download;
        using (var server = new LoopbackServer(Content))
            download = Of(server);
        var message = (await Refused(download)).Message;
        Assert.Contains("is absent and could not be downloaded", message, StringComparison.Ordinal);
        Assert.StartsWith(folder["net.pt"], message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private sealed class Collect(List<DownloadProgress> seen) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => seen.Add(value);
    }
}
