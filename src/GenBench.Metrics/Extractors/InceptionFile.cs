namespace GenBench.Metrics.Extractors;

/// <summary>
/// The network that FID, IS and KID are published on: Inception (2015) as NVIDIA converted it to TorchScript. It takes uint8
/// [N, 3, H, W] and resizes to 299×299 inside; <c>pool3</c> has 2048 features, and there are 1008 classes. Other
/// conversions of Inception give other figures, so that it is known by its checksum alone.
/// </summary>
public static class InceptionFile
{
    /// <summary>What NVIDIA calls the file.</summary>
    public const string FileName = "inception-2015-12-05.pt";

    /// <summary>Hex SHA-256 of the genuine file.</summary>
    public const string Sha256 = "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4";

    /// <summary>Bytes of the genuine file.</summary>
    public const long Length = 95_607_719;

    /// <summary>Where NVIDIA publishes it.</summary>
    public static Uri Source { get; } = new($"https://nvlabs-fi-cdn.nvidia.com/stylegan2-ada-pytorch/pretrained/metrics/{FileName}");

    /// <summary>The genuine file in a folder, downloaded into it where it is absent.</summary>
    /// <param name="folder">Where the file is looked for and kept.</param>
    /// <param name="progress">Told how far the download is, or null.</param>
    /// <param name="cancellation">Stops the download; the next call goes on where it stopped.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="Core.BadInputException">The file is absent and cannot be downloaded, or is not the genuine one.</exception>
    public static Task<string> ObtainAsync(string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        new VerifiedDownload(FileName, Source, Length, Sha256).ObtainAsync(folder, progress, cancellation);
}
