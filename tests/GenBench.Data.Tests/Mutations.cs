namespace GenBench.Tests.Data;

/// <summary>Damages files as disks, networks and malice do, the same way each time.</summary>
internal static class Mutations
{
    /// <summary>So many damaged copies: flipped bits, cuts, repeats, appended bytes and large numbers in place of small.</summary>
    public static IEnumerable<byte[]> Of(byte[] whole, int count, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < count; round++)
            yield return (round % 5) switch
            {
                0 => [.. whole.AsSpan(0, random.Next(whole.Length))],
                1 => Lie(whole, random),
                2 => [.. Flip(whole, random), .. Flip(whole, random).AsSpan(random.Next(whole.Length))],
                _ => Flip(whole, random),
            };
    }

    private static byte[] Flip(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var flips = random.Next(1, 5); flips > 0; flips--)
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    /// <summary>Headers lie at a file's beginning, or in a zip's directory at its end; in a tar they are digits.</summary>
    private static byte[] Lie(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        var place = random.Next(Math.Min(600, bytes.Length));
        if (random.Next(2) == 0)
            place = bytes.Length - 1 - place;
        byte[] number = random.Next(3) switch { 0 => [255, 255, 255, 255], 1 => [127, 255, 255, 255], _ => "7777"u8.ToArray() };
        number.AsSpan(0, Math.Min(number.Length, bytes.Length - place)).CopyTo(bytes.AsSpan(place));
        return bytes;
    }
}
