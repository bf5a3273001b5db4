using GenBench.Native;

namespace GenBench.Tests.Native;

public sealed class TorchLibraryTests
{
    [Fact]
    public void Torch_computes_once_the_library_is_loaded()
    {
        var info = TorchLibrary.Load();
        Assert.True(File.Exists(Path.Combine(info.Folder, "libtorch_cpu.so")));
        Assert.Same(info, TorchLibrary.Load());
    }

    [Fact]
    public void An_external_folder_without_libtorch_is_named_with_what_to_do()
    {
        var error = Assert.Throws<TorchLibraryException>(() => TorchLibrary.FindFolder("/nowhere", []));
        Assert.Contains("/nowhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("torch/lib", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_named_folder_is_taken_before_the_applications_own()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "libtorch_cpu.so"), "");
        Assert.Equal(folder.FullName, TorchLibrary.FindFolder(folder.FullName, ["/elsewhere"]));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Relaxing_a_version_need_changes_one_flag_and_nothing_else()
    {
        var original = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        var relaxed = ElfVersionNeed.Weaken(original, "GLIBCXX_3.4.32");
        Assert.Equal(original.Length, relaxed.Length);
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != relaxed[i]).ToArray();
        var at = Assert.Single(changed);
        Assert.Equal(original[at] | 2, relaxed[at]);
    }

    [Fact]
    public void A_version_that_is_not_needed_and_a_file_that_is_no_library_are_refused()
    {
        var original = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(original, "GLIBCXX_9.9.9"));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken("not a library"u8, "GLIBCXX_3.4.32"));
        Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(original.AsSpan(0, 4096), "GLIBCXX_3.4.32"));
    }
}
