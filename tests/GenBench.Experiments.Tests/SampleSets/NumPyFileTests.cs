using GenBench.Core;
using GenBench.Experiments;
using GenBench.Experiments.Results;
using GenBench.Experiments.SampleSets;
using GenBench.Tests.Results;

namespace GenBench.Tests.SampleSets;

/// <summary>
/// Files that NumPy 1.24.2 wrote, with
/// <code>
/// a = np.array([[1, -2.5, 3e-3], [4, 5.5, -6]])
/// np.save(f, np.asfortranarray(a)); np.save(f, a.astype('>f4')); np.save(f, np.array([[1, 'a']], dtype=object))
/// np.savez_compressed(f, mu=np.array([1.5, -2]), sigma=np.array([[2, .25], [.25, 3]]))
/// np.savez(f, arr_0=np.arange(12, dtype=np.uint8).reshape(2, 2, 1, 3))
/// </code>
/// </summary>
public sealed class NumPyFileTests : IDisposable
{
    private const string Fortran = "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADwPwAAAAAAABBAAAAAAAAABMAAAAAAAAAWQPp+arx0k2g/AAAAAAAAGMA=";
    private const string BigEndian = "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/gAAAwCAAADtEm6ZAgAAAQLAAAMDAAAA=";
    private const string Objects = "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMSwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqAA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEAY251bXB5Cm5kYXJyYXkKcQFLAIVxAkMBYnEDh3EEUnEFKEsBSwFLAoZxBmNudW1weQpkdHlwZQpxB1gCAAAATzhxCImIh3EJUnEKKEsDWAEAAAB8cQtOTk5K/////0r/////Sz90cQxiiV1xDShLAVgBAAAAYXEOZXRxD2Iu";
    private const string Statistics = "UEsDBBQAAAAIAAAAIQCwmMVBTQAAAJAAAAAGABQAbXUubnB5AQAQAJAAAAAAAAAATQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuBjD4YQ+hGQ4AAFBLAwQUAAAACAAAACEAJ4DoElEAAACgAAAACQAUAHNpZ21hLm5weQEAEACgAAAAAAAAAFEAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNmoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKRpo6CrUKZAMuBghwgFAX7FFpDgcAUEsBAhQDFAAAAAgAAAAhALCYxUFNAAAAkAAAAAYAAAAAAAAAAAAAAIABAAAAAG11Lm5weVBLAQIUAxQAAAAIAAAAIQAngOgSUQAAAKAAAAAJAAAAAAAAAAAAAACAAYUAAABzaWdtYS5ucHlQSwUGAAAAAAIAAgBrAAAAEQEAAAAA";
    private const string Images = "UEsDBBQAAAAAAAAAIQDPLVLPjAAAAIwAAAAJABQAYXJyXzAubnB5AQAQAIwAAAAAAAAAjAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICd8dTEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMiwgMSwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgABAgMEBQYHCAkKC1BLAQIUAxQAAAAAAAAAIQDPLVLPjAAAAIwAAAAJAAAAAAAAAAAAAACAAQAAAABhcnJfMC5ucHlQSwUGAAAAAAEAAQA3AAAAxwAAAAAA";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private SampleSet Open(string name, string base64)
    {
        File.WriteAllBytes(folder[name], Convert.FromBase64String(base64));
        return new SampleSetReader(Registry.BuiltIn, folder.Path, resize: null).Open(folder[name], (_, _) => { }, CancellationToken.None);
    }

    [Fact]
    public void Features_are_read()
    {
        double[] numbers = [1, -2.5, 3e-3, 4, 5.5, -6];
        using var turned = Assert.IsType<FeatureSet>(Open("a.npy", Fortran));
        Assert.Equal([2L, 3L], turned.Features.shape);
        Assert.Equal(numbers, turned.Features.data<double>().ToArray());
        using var swapped = Assert.IsType<FeatureSet>(Open("b.npy", BigEndian));
        Assert.Equal(numbers.Select(number => (double)(float)number), swapped.Features.data<double>().ToArray());
    }

    [Fact]
    public void An_array_of_objects_is_refused() => Assert.Contains("pickle", Assert.Throws<BadInputException>(() => Open("a.npy", Objects)).Message, StringComparison.Ordinal);

    [Fact]
    public void Statistics_are_read()
    {
        using var set = Assert.IsType<StatisticsSet>(Open("a.npz", Statistics));
        Assert.Equal([1.5, -2], set.Mean.data<double>().ToArray());
        Assert.Equal([2, 0.25, 0.25, 3], set.Covariance.data<double>().ToArray());
    }

    [Fact]
    public void Images_are_read()
    {
        using var set = Assert.IsType<ImageSet>(Open("a.npz", Images));
        var batch = Assert.Single(set.Images.Batches(10));
        Assert.Equal((2, 2, 1, 3), (batch.Count, batch.Height, batch.Width, batch.Channels));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (byte)i), batch.Pixels);
        Assert.Equal(batch.Pixels, NpzFile.ReadImages(folder["a.npz"]).Pixels);
    }
}
