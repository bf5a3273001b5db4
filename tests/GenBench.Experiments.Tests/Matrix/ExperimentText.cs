using GenBench.Core;
using GenBench.Experiments.Matrix;

namespace GenBench.Tests.Experiments;

/// <summary>Experiment files written aside, read and thrown away.</summary>
internal static class ExperimentText
{
    internal static readonly string[] MetricNames = ["fid_clf", "kid_clf", "is_clf", "precision", "recall", "density", "coverage"];

    /// <summary>Reads an experiment file of this text.</summary>
    internal static Experiment Read(string text) => Read(System.Text.Encoding.UTF8.GetBytes(text));

    internal static Experiment Read(byte[] text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, text);
            return ExperimentFile.Read(path, Toys.Registry, MetricNames);
        }
        catch (BadInputException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            Assert.StartsWith($"{path}:", error.Message, StringComparison.Ordinal);
            throw new BadInputException(error.Message.Replace(path, "x.json", StringComparison.Ordinal), error);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>An experiment of these models (the body of the list) with other members after them, in one line each.</summary>
    internal static Experiment ReadModels(string models, string rest = """ "training": { "steps": 10 } """) => Read($$"""
        { "name": "test", "datasets": [{ "name": "dots" }],
        "models": [
        {{models}}
        ],
        {{rest}} }
        """);

    /// <summary>The message of the error that reading must give.</summary>
    internal static string Error(Func<Experiment> read) => Assert.Throws<BadInputException>(read).Message;
}
