using GenBench.Core;
using GenBench.Experiments.Matrix;
using GenBench.Experiments.Results;
using static TorchSharp.torch;

namespace GenBench.Experiments.Training;

/// <summary>One cell's training.</summary>
/// <param name="Model">The model, with fresh weights.</param>
/// <param name="Batches">The training images.</param>
/// <param name="Spec">How it is trained.</param>
/// <param name="Seed">Seed of all randomness in training.</param>
/// <param name="TrainingKey">The cell's training key; a checkpoint of another one is refused.</param>
/// <param name="Folder">Where the results go.</param>
/// <param name="Device">Where it is trained; the model is moved there.</param>
public sealed record TrainingJob(
    IGenerativeModel Model, IBatchSource Batches, TrainingSpec Spec, ulong Seed, string TrainingKey, CellFolder Folder, Device Device);
