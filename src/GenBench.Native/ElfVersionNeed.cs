using System.Buffers.Binary;
using System.Text;

namespace GenBench.Native;

/// <summary>Edits the version needs (section <c>.gnu.version_r</c>) of a 64-bit little-endian ELF library.</summary>
internal static class ElfVersionNeed
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 2;                      // VER_FLG_WEAK

    /// <summary>Returns a copy of the library in which the needed version <paramref name="version"/> is weak: its
    /// absence is then no error for the loader.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such library, or it does not need that version.</exception>
    internal static byte[] Weaken(ReadOnlySpan<byte> library, string version)
    {
        if (library.Length < 64 || !library[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var copy = library.ToArray();
        try
        {
            foreach (var entry in Needs(copy, version))
            {
                var flags = copy.AsSpan(entry + 4);
                BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | Weak));
                return copy;
            }
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw new InvalidDataException("the ELF file ends inside its own tables", error);
        }
        throw new InvalidDataException($"the library does not need {version}");
    }

    /// <summary>Offsets of the vernaux entries that name <paramref name="version"/>.</summary>
    private static IEnumerable<int> Needs(byte[] file, string version)
    {
        var (sections, size, count) = ((int)U64(file, 0x28), U16(file, 0x3a), U16(file, 0x3c));
        for (var i = 0; i < count; i++)
        {
            var section = sections + i * size;
            if (U32(file, section + 4) != VersionNeedSection)
                continue;
            var names = (int)U64(file, sections + (int)U32(file, section + 40) * size + 24);
            var need = (int)U64(file, section + 24);
            for (var n = U32(file, section + 44); n > 0; n--)
            {
                var aux = need + (int)U32(file, need + 8);
                for (var a = U16(file, need + 2); a > 0; a--)
                {
                    if (NameAt(file, names + (int)U32(file, aux + 8)) == version)
                        yield return aux;
                    aux += (int)U32(file, aux + 12);
                }
                need += (int)U32(file, need + 12);
            }
        }
    }

    private static string NameAt(byte[] file, int offset)
    {
        var rest = file.AsSpan(offset);
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    private static ushort U16(byte[] file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));

    private static uint U32(byte[] file, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset));

    private static ulong U64(byte[] file, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(offset));
}
