using System.ComponentModel.DataAnnotations;

namespace GenBench.Data;

/// <summary>Options of <see cref="Images"/>.</summary>
public sealed record ImageFolderOptions : ImageSetOptions
{
    /// <summary>Nothing is held out for validation unless asked for.</summary>
    public ImageFolderOptions() => Validation = 0;

    /// <summary>The folder, in the data folder or absolute; with <c>train</c> and <c>test</c> in it these are the splits.</summary>
    public string Folder { get; init; } = "images";

    /// <summary>Number of class subfolders, whose names in ordinal order are the classes; 0 for no labels unless <c>classes</c> names some.</summary>
    [Range(0, 10_000)]
    public int ClassCount { get; init; }

    /// <summary>Without <c>train</c> and <c>test</c> folders, the share of the images that is the test split.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <summary>Seed of the order of the images, and so of which are held out.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Whether class subfolders give labels.</summary>
    internal bool Labelled => ClassCount > 0 || Classes.Count > 0;
}
