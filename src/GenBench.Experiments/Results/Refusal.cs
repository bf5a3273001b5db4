using GenBench.Core;

namespace GenBench.Experiments.Results;

/// <summary>Turns whatever a file that someone gave may do to its reader into one line that names the file.</summary>
internal static class Refusal
{
    /// <summary>Reads, or refuses.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What the file then is, e.g. "no .npz of images".</param>
    /// <param name="mend">What would be right.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="BadInputException">The file cannot be read.</exception>
    internal static T Of<T>(string path, string what, string mend, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or OverflowException or NotSupportedException or ArgumentException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {what}: {error.Message.Split('\n')[0].TrimEnd()}; {mend}", error);
        }
    }
}
