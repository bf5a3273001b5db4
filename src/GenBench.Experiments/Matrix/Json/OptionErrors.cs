using GenBench.Core;

namespace GenBench.Experiments.Matrix.Json;

/// <summary>Gives the options that a model, sampler or dataset refuses their place in the file.</summary>
internal static class OptionErrors
{
    /// <summary>Runs something that checks the options which <paramref name="options"/> holds.</summary>
    /// <exception cref="BadInputException">It refused one: with the place of that option, or of the whole where it was not given.</exception>
    internal static T Try<T>(this SourceObject options, Func<T> check)
    {
        try
        {
            return check();
        }
        catch (InvalidOptionException error)
        {
            throw Find(options, error.Option) is { } given
                ? given.Error(error.Reason)
                : options.Place.Error(string.Join('.', new[] { options.Path, error.Option }.Where(part => part.Length > 0)), error.Reason);
        }
    }

    /// <summary>The value given for an option such as <c>encoder.channels[1]</c>, or null.</summary>
    private static SourceNode? Find(SourceNode options, string option)
    {
        SourceNode? node = options;
        foreach (var step in option.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            node = node switch
            {
                SourceObject members => members[step],
                SourceArray array when int.TryParse(step, out var i) => array.Items.ElementAtOrDefault(i),
                _ => null,
            };
        }
        return node;
    }
}
