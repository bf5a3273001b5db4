namespace GenBench.Experiments;

/// <summary>An assembly outside the suite that a definition was loaded from, as <c>cell.json</c> names it.</summary>
/// <param name="File">Name of its file, e.g. <c>WordVae.dll</c>.</param>
/// <param name="Version">Version of the assembly.</param>
/// <param name="Sha256">Hex SHA-256 of the file: tells one build from another.</param>
public sealed record PluginInfo(string File, string Version, string Sha256);
