namespace GenBench.Core;

/// <summary>Well-mixed seeds from tuples of numbers, by SplitMix64 (Steele, Lea &amp; Flood 2014).</summary>
public static class Seeds
{
    internal const ulong Golden = 0x9e3779b97f4a7c15;

    /// <summary>One step of SplitMix64's finalizer: a bijection of 64 bits.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>A seed for the tuple: (1, 2), (2, 1) and (1, 2, 0) give unrelated ones.</summary>
    public static ulong Of(params ReadOnlySpan<ulong> parts)
    {
        var hash = Mix((ulong)parts.Length + Golden);
        foreach (var part in parts)
            hash = Mix((hash + Golden) ^ Mix(part + Golden));
        return hash;
    }

    /// <summary>A seed for a name, the same on every machine (FNV-1a over UTF-16, then mixed).</summary>
    public static ulong OfName(string name)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var character in name)
            hash = (hash ^ character) * 0x100000001b3;
        return Mix(hash);
    }
}
