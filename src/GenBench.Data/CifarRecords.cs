using GenBench.Core;

namespace GenBench.Data;

/// <summary>Which byte of a record is the label.</summary>
/// <param name="Bytes">Label bytes before the pixels.</param>
/// <param name="Offset">The one that is read.</param>
/// <param name="ClassNames">A name for each of its values.</param>
/// <param name="FirstByteBelow">What the first label byte is below.</param>
internal sealed record CifarLabels(int Bytes, int Offset, IReadOnlyList<string> ClassNames, int FirstByteBelow);

/// <summary>Whole records.</summary>
/// <param name="Path">Where they were read from.</param>
/// <param name="Values">The records.</param>
internal sealed record CifarBytes(string Path, byte[] Values);

/// <summary>Takes records of CIFAR's binary format apart.</summary>
internal static class CifarRecords
{
    /// <summary>The images of some files, one after another.</summary>
    /// <param name="files">Whole records each.</param>
    /// <param name="labels">Where the label is.</param>
    /// <exception cref="BadInputException">A label is out of range; the file and the offset are named.</exception>
    internal static LabelledImages Parse(IReadOnlyList<CifarBytes> files, CifarLabels labels)
    {
        var record = labels.Bytes + CifarDataset.PixelBytes;
        var count = files.Sum(file => file.Values.Length / record);
        var (pixels, classes, image) = (new byte[count * CifarDataset.PixelBytes], new byte[count], 0);
        foreach (var (path, values) in files)
            for (var offset = 0; offset < values.Length; offset += record, image++)
            {
                classes[image] = values[offset + labels.Offset];
                if (classes[image] >= labels.ClassNames.Count)
                    throw new BadInputException($"{path}: the label at offset {offset + labels.Offset} is {classes[image]}, not 0 to {labels.ClassNames.Count - 1}; fetch it again");
                values.AsSpan(offset + labels.Bytes, CifarDataset.PixelBytes).CopyTo(pixels.AsSpan(image * CifarDataset.PixelBytes));
            }
        return new LabelledImages(pixels, classes);
    }
}
