using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace GenBench.Tests.Metrics.Extractors;

/// <summary>An HTTP server on this machine that gives one file, from any byte on, and can break off its first answer.</summary>
internal sealed partial class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] content;
    private readonly int? breakAfter;

    internal LoopbackServer(byte[] content, int? breakAfter = null)
    {
        (this.content, this.breakAfter) = (content, breakAfter);
        listener.Start();
        Source = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/file");
        _ = Task.Run(Serve);
    }

    internal Uri Source { get; }

    /// <summary>The byte that each request asked to begin with.</summary>
    internal List<int> Asked { get; } = [];

    public void Dispose() => listener.Dispose();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await Answer(client.GetStream());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            request.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer)));
        var range = Range().Match(request.ToString());
        var first = range.Success ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        Asked.Add(first);
        var status = range.Success ? $"206 Partial Content\r\nContent-Range: bytes {first}-{content.Length - 1}/{content.Length}" : "200 OK";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {content.Length - first}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(content.AsMemory(first, Asked.Count == 1 && breakAfter is { } most ? most : content.Length - first));
    }

    [GeneratedRegex(@"^Range: bytes=(\d+)-", RegexOptions.Multiline)]
    private static partial Regex Range();
}
