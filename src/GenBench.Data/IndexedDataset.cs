using GenBench.Core;

namespace GenBench.Data;

/// <summary>Datasets whose images are functions of (seed, index): their splits are the disjoint ranges of the index that <see cref="Shapes"/> names.</summary>
internal static class IndexedDataset
{
    /// <summary>Makes the three splits.</summary>
    /// <param name="name">The dataset's name.</param>
    /// <param name="spec">Shape and classes.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="counts">Images of each split.</param>
    /// <param name="make">From the first index and a number of images to these images.</param>
    internal static Dataset Open(
        string name, DataSpec spec, IReadOnlyList<string> classNames, (int Train, int Validation, int Test) counts, Func<long, int, ImageSplit> make)
    {
        var train = make(0, counts.Train);
        var validation = make(Shapes.FirstValidation, counts.Validation);
        var test = make(Shapes.FirstTest, counts.Test);
        return new Dataset(name, spec, train, validation, test, classNames, DatasetChecksum.Of(train, validation, test));
    }
}
