namespace GenBench.Testing;

/// <summary>A model does not do what every model must; the message says which, one line for each failed check.</summary>
public sealed class ConformanceException(string message, Exception? inner = null) : Exception(message, inner);
