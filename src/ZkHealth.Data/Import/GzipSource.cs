using System.IO.Compression;

namespace ZkHealth.Data;

/// <summary>
/// Decompresses gzip (RFC 1952) of one or more members, for reading, and refuses what is cut off or followed by something else.
/// The framework's GZipStream ends without an error in both cases; so a last member of our own is put behind the file, and its
/// content must be what comes out last.
/// </summary>
internal sealed class GzipSource : ReadOnlyStream
{
    // in a Huffman-coded block its bytes are not in the compressed member as they are, so a stored block that was cut off cannot
    // copy them
    private static readonly byte[] Seal = "the end of a gzip file that was read to its end"u8.ToArray();
    private static readonly byte[] SealMember = Compress(Seal);

    private readonly string _file;
    private readonly GZipStream _gzip;
    private readonly Chain _chain;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Begins with bytes that were read already.</summary>
    public GzipSource(ReadOnlyMemory<byte> head, Stream source, string file)
    {
        _file = file;
        _chain = new Chain(head, source);
        _gzip = new GZipStream(_chain, CompressionMode.Decompress);
    }

    /// <summary>True once the whole compressed file was taken: little more can come out.</summary>
    public bool IsSourceRead => _chain.IsSealed;

    public static bool IsGzip(ReadOnlySpan<byte> head) => head is [0x1f, 0x8b, ..];

    public override int Read(Span<byte> buffer)
    {
        // the last bytes are kept back until more have come: they may be the seal
        while (!_ended && _end - _start <= Seal.Length)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            Fill();
        }

        int count = Math.Min(buffer.Length, _end - _start - (_ended ? 0 : Seal.Length));
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _gzip.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] content)
    {
        var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return member.ToArray();
    }

    private void Fill()
    {
        int read;
        try
        {
            read = _gzip.Read(_buffer.AsSpan(_end));
        }
        catch (InvalidDataException e)
        {
            throw new ImportException(_file, "the gzip file is damaged or cut off; get it again from where it was made", e);
        }

        _end += read;
        if (read > 0)
        {
            return;
        }

        _ended = true;
        _end -= _buffer.AsSpan(_start.._end).EndsWith(Seal)
            ? Seal.Length
            : throw new ImportException(
                _file,
                "the gzip file is cut off, or something else follows it; get it again from where it was made"
            );
    }

    /// <summary>The head, the source and the member that seals them, one after the other.</summary>
    private sealed class Chain(ReadOnlyMemory<byte> head, Stream source) : ReadOnlyStream
    {
        private ReadOnlyMemory<byte> _rest = head;

        public bool IsSealed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (_rest.IsEmpty && !IsSealed)
            {
                int read = source.Read(buffer);
                if (read > 0)
                {
                    return read;
                }

                (_rest, IsSealed) = (SealMember, true);
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
