using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SkiaSharp;

namespace GenBench.Tests.Cli;

public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static void Refused(Ending ending, params string[] saying)
    {
        Assert.True(ending.ExitCode == 2, $"exit code {ending.ExitCode}: {ending.Output}{ending.Error}");
        var line = Assert.Single(ending.Error.TrimEnd().Split('\n'));
        Assert.All(saying, part => Assert.Contains(part, line, StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_fetched_is_refused_in_one_line()
    {
        Refused(GenbenchProcess.Run("data", "fetch", "svhn", "--data", folder.Path), "unknown dataset 'svhn'", "cifar10");
        Refused(GenbenchProcess.Run("data", "fetch", "shapes", "--data", folder.Path), "shapes", "not published as files");
        Refused(GenbenchProcess.Run("data", "verify", "cifar10-partial", "--data", folder.Path), "cifar10-partial", "not published as files");
        Refused(GenbenchProcess.Run("data", "preview", "shapes", "--options", "{"), "--options", "JSON");
        Refused(GenbenchProcess.Run("data", "preview", "shapes", "--options", "{\"size\": 3}"), "size");
        Refused(GenbenchProcess.Run("data", "preview", "images", "--data", folder.Path), "images", "no such folder");
    }

    [Fact]
    public void Files_that_are_missing_partial_or_wrong_are_told_apart()
    {
        folder.File("mnist/train-labels-idx1-ubyte", "<html>");
        File.WriteAllBytes(folder.File("mnist/t10k-labels-idx1-ubyte", ""), [0, 0, 8, 1, 0, 0, 39, 16, 7, 2]);
        var ending = GenbenchProcess.Run("data", "verify", "mnist", "--data", folder.Path);
        Assert.Equal((1, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("train-images-idx3-ubyte.gz: missing", ending.Output, StringComparison.Ordinal);
        Assert.Contains("train-labels-idx1-ubyte: wrong", ending.Output, StringComparison.Ordinal);
        Assert.Contains("t10k-labels-idx1-ubyte: partial: holds 10 of 10008 bytes", ending.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Genuine_files_are_said_to_be_genuine()
    {
        var data = Environment.GetEnvironmentVariable("GENBENCH_DATA");
        if (data is null || !Directory.Exists(Path.Combine(data, "mnist")))
            Assert.Skip("no mnist at hand: set GENBENCH_DATA to a folder that holds mnist/");
        var ending = GenbenchProcess.Run("data", "verify", "mnist");
        Assert.Equal((0, 4), (ending.ExitCode, ending.Output.TrimEnd().Split('\n').Length));
        Assert.All(ending.Output.TrimEnd().Split('\n'), line => Assert.Contains(": genuine", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_proxy_of_the_environment_is_used_and_what_it_serves_is_not_trusted()
    {
        using var proxy = new Proxy();
        var environment = new Dictionary<string, string>
        {
            ["http_proxy"] = proxy.Address,
            ["https_proxy"] = proxy.Address,
            ["all_proxy"] = proxy.Address,
            ["no_proxy"] = "",
        };
        Refused(GenbenchProcess.Run(environment, "data", "fetch", "mnist", "--data", folder.Path), "train-images-idx3-ubyte.gz", "proxy");
        Assert.Contains(proxy.Asked, line => line.StartsWith("CONNECT ossci-datasets.s3.amazonaws.com:443", StringComparison.Ordinal));
        Refused(GenbenchProcess.Run(environment, "data", "fetch", "kmnist", "--data", folder.Path), "train-images-idx3-ubyte.gz", "web page");
        Assert.Contains(proxy.Asked, line => line.StartsWith("GET http://codh.rois.ac.jp/kmnist/", StringComparison.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path, "*.gz", SearchOption.AllDirectories), File.Exists);
    }

    /// <summary>A proxy on loopback that lets nothing through: it refuses tunnels, and answers the rest with a page.</summary>
    private sealed class Proxy : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        public Proxy()
        {
            listener.Start();
            _ = ServeAsync();
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        public ConcurrentQueue<string> Asked { get; } = new();

        public void Dispose() => listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                    var line = await reader.ReadLineAsync() ?? "";
                    Asked.Enqueue(line);
                    while (await reader.ReadLineAsync() is { Length: > 0 })
                    {
                    }
                    var answer = line.StartsWith("CONNECT", StringComparison.Ordinal)
                        ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>";
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
                }
            }
            catch (Exception error) when (error is ObjectDisposedException or SocketException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }

    [Fact]
    public void A_preview_has_a_row_for_each_class_and_prints_counts_and_statistics()
    {
        var grid = Path.Combine(folder.Path, "grid.png");
        var ending = GenbenchProcess.Run("data", "preview", "shapes", "--options", """{ "train": 300, "validation": 0, "test": 50 }""", "--per-class", "6", "--out", grid);
        Assert.True(ending.ExitCode == 0, ending.Error);
        Assert.Contains("shapes: 1x16x16, 10 classes, checksum", ending.Output, StringComparison.Ordinal);
        Assert.Matches(@"train\s+300 images  channel 0: mean 0\.\d{4} deviation 0\.\d{4} of 1, values \d+ to \d+", ending.Output);
        Assert.Matches(@"class   6 star\s+train\s+\d+  test\s+\d+", ending.Output);
        using var bitmap = SKBitmap.Decode(grid);
        Assert.Equal(10 * (16 * 4 + 2) + 2, bitmap.Height);
        Assert.True(bitmap.Width > 6 * (16 * 4 + 2));
    }

    [Fact]
    public void A_preview_of_points_prints_their_statistics_and_draws_nothing()
    {
        var picture = Path.Combine(folder.Path, "moons.png");
        var ending = GenbenchProcess.Run("data", "preview", "moons", "--options", """{ "train": 300, "validation": 0, "test": 50 }""", "--out", picture);
        Assert.True(ending.ExitCode == 0, ending.Error);
        Assert.Contains("moons: 2x1x1, 2 classes, checksum", ending.Output, StringComparison.Ordinal);
        Assert.Matches(@"train\s+300 images  channel 1: mean -?0\.\d{4} deviation \d\.\d{4}, values -\d\.\d+ to \d\.\d+", ending.Output);
        Assert.False(File.Exists(picture));
    }

    [Fact]
    public void Of_several_processes_one_packs_an_image_folder()
    {
        for (var i = 0; i < 300; i++)
        {
            using var bitmap = new SKBitmap(40, 30);
            bitmap.Erase(new SKColor((byte)i, (byte)(i * 3), (byte)(i * 7)));
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(folder.File($"photos/{i}.png", ""), png.ToArray());
        }
        string[] arguments = ["data", "preview", "images", "--data", folder.Path, "--options", """{ "folder": "photos", "resolution": 16 }""", "--out"];
        var processes = Enumerable.Range(0, 3).Select(i => GenbenchProcess.Start([.. arguments, Path.Combine(folder.Path, $"{i}.png")])).ToArray();
        var endings = processes.Select(GenbenchProcess.Wait).ToArray();
        Assert.All(endings, ending => Assert.True(ending.ExitCode == 0, ending.Error));
        Assert.Single(endings, ending => ending.Error.Contains("packing photos", StringComparison.Ordinal));
        Assert.Single(endings.Select(ending => ending.Output.Split('\n')[0]).Distinct());
        Assert.Contains("photos: middle square, area resize", endings[0].Output, StringComparison.Ordinal);
    }
}
