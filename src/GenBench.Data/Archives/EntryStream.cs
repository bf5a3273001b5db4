using GenBench.Core;
using ICSharpCode.SharpZipLib.Checksum;

namespace GenBench.Data.Archives;

/// <summary>The bytes of one entry of an archive: as many as it was said to have, no more, and not fewer.</summary>
internal sealed class EntryStream(Stream source, string path, string name, long length, bool leaveOpen = false) : Stream
{
    private readonly Crc32 crc = new();
    private long position;

    /// <summary>Bytes not read yet.</summary>
    internal long Remaining => length - position;

    /// <summary>CRC-32 of what was read.</summary>
    internal uint Crc => (uint)crc.Value;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = source.Read(buffer, offset, (int)Math.Min(count, Remaining));
        if (read == 0 && count > 0 && Remaining > 0)
            throw new BadInputException($"{path}: ends at offset {position} of '{name}', not at {length}; fetch it again");
        crc.Update(new ArraySegment<byte>(buffer, offset, read));
        position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
            source.Dispose();
        base.Dispose(disposing);
    }
}
