using System.CommandLine;
using GenBench.Core;
using GenBench.Experiments.Execution;

namespace GenBench.Cli;

/// <summary><c>genbench new model NAME</c>: writes a small model that trains at once, to go on from.</summary>
internal static class NewCommand
{
    internal static Command Create() => new("new", "Write a file to go on from.") { Model() };

    private static Command Model()
    {
        var name = new Argument<string>("NAME") { Description = "Its kind, e.g. word-vae, which is then the class WordVae." };
        var output = new Option<string?>("--out") { Description = "Folder (default: src/GenBench.Models inside the repository; outside it this folder, with --project one of the class's name)." };
        var project = new Option<bool>("--project") { Description = "Write the project file of a plug-in as well." };
        var genbench = new Option<string>("--genbench") { Description = "Folder of the genbench that the plug-in is built against (default: this one's).", DefaultValueFactory = _ => AppContext.BaseDirectory };
        var command = new Command("model", "Write a model that trains at once.") { name, output, project, genbench };
        command.SetAction(parsed =>
        {
            var kind = parsed.GetValue(name)!;
            return parsed.GetValue(project)
                ? WritePlugin(kind, parsed.GetValue(output), parsed.GetValue(genbench)!)
                : WriteModel(kind, parsed.GetValue(output));
        });
        return command;
    }

    private static int WriteModel(string kind, string? output)
    {
        var name = ModelTemplate.ClassOf(kind);
        var models = ModelsFolder(output ?? ".");
        var folder = Path.GetFullPath(output ?? models ?? ".");
        var inside = models is not null && (folder == models || folder.StartsWith(models + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        if (inside && Directory.Exists(Path.Combine(models!, name)))
            throw new BadInputException($"NAME {kind}: GenBench.Models.{name} is a namespace already; choose another name");
        Write((Path.Combine(folder, $"{name}.cs"), ModelTemplate.Source(kind, inside ? ModelTemplate.SuiteNamespace : ModelTemplate.PluginNamespace)));
        if (inside)
            Console.WriteLine($"build, and '{kind}' is one of genbench list models");
        return ExitCodes.Success;
    }

    private static int WritePlugin(string kind, string? output, string genbench)
    {
        var name = ModelTemplate.ClassOf(kind);
        if (!File.Exists(Path.Combine(genbench, "GenBench.Core.dll")))
            throw new BadInputException($"--genbench {genbench}: holds no GenBench.Core.dll; give the folder of a built or published genbench");
        var folder = output ?? name;
        Write(
            (Path.Combine(folder, $"{name}.cs"), ModelTemplate.Source(kind, ModelTemplate.PluginNamespace)),
            (Path.Combine(folder, $"{name}.csproj"), ModelTemplate.Project(genbench)));
        var assembly = Path.Combine(folder, "bin", "Release", "net10.0", $"{name}.dll");
        Console.WriteLine($"dotnet build {folder} -c Release, and '{kind}' is one of genbench list models --plugin {assembly}");
        return ExitCodes.Success;
    }

    /// <summary>The models' folder of the repository that a folder lies in, or null.</summary>
    private static string? ModelsFolder(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "src", ModelTemplate.SuiteNamespace);
            if (Directory.Exists(models) && File.Exists(Path.Combine(folder.FullName, "Benchmarks.sln")))
                return models;
        }
        return null;
    }

    /// <summary>Writes all files, or none where one of them is there.</summary>
    private static void Write(params ReadOnlySpan<(string Path, string Text)> files)
    {
        foreach (var (path, _) in files)
        {
            if (Path.Exists(path))
                throw new BadInputException($"{path}: is there already; choose another name, or another folder with --out");
        }
        foreach (var (path, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = new FileStream(path, FileMode.CreateNew))
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            Console.WriteLine($"{path}: written");
        }
    }
}
