namespace GenBench.Core;

/// <summary>
/// Something the user gave cannot be used. The message is one line that names the file, the place in it and what to
/// do; the command line prints it and exits with code 2.
/// </summary>
public sealed class BadInputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An option has a value that cannot be used; whoever read the option adds file, line and path.</summary>
/// <param name="option">The option's name as it is written in JSON, e.g. <c>latent</c>.</param>
/// <param name="message">What is wrong and which values are right, e.g. "must be between 1 and 1024, not 0".</param>
public sealed class InvalidOptionException(string option, string message) : Exception(option.Length == 0 ? message : $"{option}: {message}")
{
    /// <summary>What is asked for as a whole is impossible, whatever the options are.</summary>
    /// <param name="message">Why, and what would be possible.</param>
    public InvalidOptionException(string message) : this("", message)
    {
    }

    /// <summary>The option's name as it is written in JSON; empty where it is none of them.</summary>
    public string Option { get; } = option;

    /// <summary>What is wrong and which values are right.</summary>
    public string Reason { get; } = message;
}
