using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

namespace GenBench.Tests.Cli;

/// <summary>Runs run-all.ps1 in PowerShell's bare engine, with a stand-in for <c>dotnet</c> that notes its arguments
/// and exits with the code that the experiment file holds.</summary>
[UnsupportedOSPlatform("windows")] // the stand-in is a shell script
public sealed class RunAllTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("run-all-").FullName;

    [Fact]
    public void Every_experiment_is_run_in_order_with_the_options_given_and_the_schema_is_not()
    {
        Write(("b", 0), ("a", 0), ("experiment.schema", 2));
        var (code, output, calls) = Run("-Device cuda:1 -Results out -Data pixels -Workers 3");
        Assert.Equal(0, code);
        string[] expected = [Call("a"), Call("b")];
        Assert.Equal(expected, calls);
        Assert.Equal(["", "a: all well (0)", "b: all well (0)"], output);
        string Call(string name) =>
            $"run -c Release --project {Root()}/src/GenBench.Cli -- run {Experiment(name)} --results out --device cuda:1 --data pixels --workers 3";
    }

    [Fact]
    public void Options_that_are_not_given_are_left_to_the_command()
    {
        Write(("a", 0));
        Assert.EndsWith("a.json --results results --device auto", Assert.Single(Run("").Calls), StringComparison.Ordinal);
    }

    [Fact]
    public void The_filter_chooses_by_name()
    {
        Write(("mnist-cpu", 0), ("mnist-night", 0), ("cifar", 0));
        var (_, output, calls) = Run("-Filter 'mnist*'");
        Assert.Equal(2, calls.Length);
        Assert.DoesNotContain(output, line => line.Contains("cifar", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("-Exclude ''", 2)]
    public void Experiments_for_a_gpu_are_run_only_when_asked_for(string options, int runs)
    {
        Write(("mnist-cpu", 0), ("mnist-gpu", 0));
        Assert.Equal(runs, Run(options).Calls.Length);
    }

    [Fact]
    public void A_filter_that_matches_nothing_is_bad_input()
    {
        Write(("a", 0));
        var (code, output, calls) = Run("-Filter nothing");
        Assert.Equal(2, code);
        Assert.Empty(calls);
        Assert.Contains("nothing", Assert.Single(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 3, "a: some cells failed (1)")]
    [InlineData(134, 134, 3, "a: stopped unexpectedly (134)")]
    [InlineData(2, 2, 1, "a: bad input (2)")]
    [InlineData(130, 130, 1, "a: interrupted (130)")]
    public void Failed_cells_let_the_next_experiment_run_and_bad_input_or_an_interrupt_do_not(int first, int expected, int runs, string line)
    {
        Write(("a", first), ("b", 0), ("c", 0));
        var (code, output, calls) = Run("");
        Assert.Equal(expected, code);
        Assert.Equal(runs, calls.Length);
        Assert.Contains(line, output);
        Assert.Equal(runs < 3, output.Contains("not run: 2"));
    }

    [Fact]
    public void The_worst_code_is_returned_wherever_it_came()
    {
        Write(("a", 1), ("b", 0), ("c", 2));
        Assert.Equal(2, Run("").Code);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Experiment(string name) => Path.Combine(folder, $"{name}.json");

    private void Write(params ReadOnlySpan<(string Name, int Code)> experiments)
    {
        foreach (var (name, code) in experiments)
            File.WriteAllText(Experiment(name), $"{code}\n");
        var dotnet = Path.Combine(folder, "dotnet");
        // $8 is the experiment: run -c Release --project P -- run FILE …
        File.WriteAllText(dotnet, $"#!/bin/sh\necho \"$*\" >> '{folder}/calls'\nexit \"$(cat \"$8\")\"\n");
        File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Code, string[] Output, string[] Calls) Run(string arguments)
    {
        var state = InitialSessionState.CreateDefault2(); // the bare engine: no module is imported
        using var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddScript($"& '{Root()}/run-all.ps1' -Experiments '{folder}' -Dotnet '{folder}/dotnet' {arguments}; \"code $LASTEXITCODE\"");
        var lines = shell.Invoke().Select(line => line.ToString()).ToArray();
        Assert.Empty(shell.Streams.Error);
        var calls = Path.Combine(folder, "calls");
        return (int.Parse(lines[^1].AsSpan(5), CultureInfo.InvariantCulture), lines[..^1], File.Exists(calls) ? File.ReadAllLines(calls) : []);
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
