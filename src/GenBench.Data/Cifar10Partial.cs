using GenBench.Core;
using GenBench.Data.Publishing;

namespace GenBench.Data;

/// <summary>Options of <see cref="Cifar10Partial"/>.</summary>
public sealed record CifarPartialOptions : ImageSetOptions
{
    /// <summary>Fewer images to hold out of fewer.</summary>
    public CifarPartialOptions() => Validation = 500;
}

/// <summary>
/// Any part of CIFAR-10, as <c>train.bin</c> and <c>test.bin</c> of whole records: for trying things in colour, never for
/// figures called CIFAR-10. Its name, which is not CIFAR-10's, stands in every row of results, and its protocol says how
/// much of CIFAR-10 it is.
/// </summary>
public sealed class Cifar10Partial : IDatasetDefinition<Cifar10Partial, CifarPartialOptions>
{
    private const int Record = 1 + CifarDataset.PixelBytes;
    private const int MostTrain = 50_000;
    private const int MostTest = 10_000;

    private Cifar10Partial()
    {
    }

    /// <inheritdoc/>
    public static string Name => "cifar10-partial";

    /// <inheritdoc/>
    public static string Description => "a part of cifar10 (train.bin, test.bin): NOT for figures called CIFAR-10";

    /// <inheritdoc/>
    public static DataSpec Describe(CifarPartialOptions options) => Set(null, null).Describe(options);

    /// <inheritdoc/>
    public static Dataset Open(CifarPartialOptions options, string dataFolder)
    {
        Describe(options);
        var folder = Path.GetFullPath(Path.Combine(dataFolder, Name));
        var train = CifarRecords.Parse([Read(Path.Combine(folder, "train.bin"), MostTrain)], Cifar10.Labels);
        var test = CifarRecords.Parse([Read(Path.Combine(folder, "test.bin"), MostTest)], Cifar10.Labels);
        var remark = $"part of CIFAR-10: {train.Labels.Length} of {MostTrain} training and {test.Labels.Length} of {MostTest} test images";
        return Set(train.Labels.Length, test.Labels.Length).Open(options, train, test, remark, PublicationCheck.NotVerified);
    }

    private static LabelledSet Set(int? train, int? test) => new(Name, CifarDataset.Shape, Cifar10.Labels.ClassNames, train, test);

    private static CifarBytes Read(string path, int most)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.Length > 0 && file.Length % Record == 0 && file.Length / Record <= most
                ? new CifarBytes(path, ExactRead.Bytes(file, path, 0, file.Length, "as its length says"))
                : throw new BadInputException($"{path}: has {file.Length} bytes, not 1 to {most} records of {Record}; copy whole records of CIFAR-10's binary version");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {error.Message}; {Name} needs train.bin and test.bin, whole records of CIFAR-10's binary version", error);
        }
    }
}
