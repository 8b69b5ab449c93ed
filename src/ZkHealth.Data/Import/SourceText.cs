using System.Buffers;

namespace ZkHealth.Data;

/// <summary>
/// The text of a source, decompressed and decoded strictly. It ends before invalid bytes (<see cref="Invalid"/>), so that faults
/// are met in the order of the file, and inside a record longer than <see cref="CsvImporter.MaxRecord"/> (<see cref="Cut"/>): a
/// forgotten quote does not eat the file.
/// </summary>
internal sealed class SourceText : TextReader
{
    private const int BufferSize = 1 << 16;

    private static readonly SearchValues<char> Structure = SearchValues.Create("\"\r\n");

    private readonly string _file;
    private readonly Stream _bytes;
    private readonly System.Text.Decoder _decoder;
    private readonly DecodingFault _fault = new();
    private readonly byte[] _input = new byte[BufferSize];
    private readonly byte[] _firstLine;
    private int _inputStart;
    private int _inputEnd;
    private char[] _chars = new char[BufferSize + 2];
    private int _start;
    private int _end;
    private long _lines;
    private bool _afterReturn;
    private bool _decoded;
    private bool _filled;
    private bool _endsInside;
    private bool _recordEnded;
    private long _unfinished;

    private SourceText(Stream bytes, ReadOnlySpan<byte> head, string file, SourceEncoding encoding, bool asked)
    {
        (_bytes, _file, Encoding, IsAsked) = (bytes, file, encoding, asked);
        head.CopyTo(_input);
        _inputEnd = head.Length;
        _inputStart = head.StartsWith(encoding.Mark.Span) ? encoding.Mark.Length : 0;
        _decoder = encoding.Decoder(_fault);
        _firstLine = InvalidBytes.FirstLine(head[_inputStart..]);
    }

    public SourceEncoding Encoding { get; }

    /// <summary>True where the encoding was asked for.</summary>
    public bool IsAsked { get; }

    /// <summary>True once a record was too long; the text ends inside it.</summary>
    public bool Cut { get; private set; }

    /// <summary>The line of the bytes before which the text ended as they are invalid; null where it did not.</summary>
    public long? InvalidLine => _fault.Bytes is null ? null : _lines + 1;

    /// <summary>Opens a source: finds out what it is, and refuses what is no text in a known encoding.</summary>
    public static SourceText Open(Stream source, string file, SourceEncoding? asked)
    {
        byte[] head = new byte[BufferSize];
        int length = source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Stream bytes = source;
        if (GzipSource.IsGzip(head.AsSpan(0, length)))
        {
            bytes = new GzipSource(head.AsMemory(0, length), source, file);
            head = new byte[BufferSize];
            length = bytes.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }

        ReadOnlySpan<byte> begin = head.AsSpan(0, length);
        if (SourceForm.OtherFormat(begin) is string other)
        {
            throw new ImportException(file, other);
        }

        SourceEncoding detected = SourceEncoding.Detect(begin);
        if (asked is not null && asked != detected && detected.Mark.Length > 0 && begin.StartsWith(detected.Mark.Span))
        {
            throw new ImportException(
                file,
                $"it begins with the byte order mark of {detected.Title} and cannot be {asked.Title}; leave --encoding out"
            );
        }

        return new SourceText(bytes, begin, file, asked ?? detected, asked is not null);
    }

    /// <summary>The error of a gzip file that is cut off, where all of it was taken: what comes out of its last block may be
    /// garbage, and then a fault was found there that is none of the text. Null where it is whole.</summary>
    public ImportException? CutGzip()
    {
        try
        {
            while (_bytes is GzipSource { IsSourceRead: true } gzip && gzip.Read(_input) > 0) { }

            return null;
        }
        catch (ImportException cut)
        {
            return cut;
        }
    }

    /// <summary>Tells that the parser has found a record whole.</summary>
    public void RecordEnds() => _recordEnded = true;

    /// <summary>The first record that is to come, without its line end, as far as it can be told from the next; the text stays
    /// where it is.</summary>
    public ReadOnlySpan<char> PeekRecord()
    {
        int at = 0;
        bool inside = false;
        while (true)
        {
            int found = _chars.AsSpan(_start + at, _end - _start - at).IndexOfAny(Structure);
            if (found >= 0 && _chars[_start + at + found] != '"' && !inside)
            {
                return _chars.AsSpan(_start, at + found);
            }

            if (found >= 0)
            {
                inside ^= _chars[_start + at + found] == '"';
                at += found + 1;
                continue;
            }

            at = _end - _start;
            if (at > CsvImporter.MaxRecord || !Decode())
            {
                return _fault.Bytes is null ? _chars.AsSpan(_start, at) : throw Invalid();
            }
        }
    }

    /// <summary>Leaves out characters that were peeked at, and the line end that follows; false at the end of the text.</summary>
    public bool SkipLine(int length)
    {
        _start += length;
        if (_start + 1 >= _end)
        {
            Decode();
        }

        ReadOnlySpan<char> rest = _chars.AsSpan(_start, _end - _start);
        _start += rest.StartsWith("\r\n") ? 2 : Math.Min(1, rest.Length);
        bool more = _start < _end || Decode();
        return more || _fault.Bytes is null ? more : throw Invalid();
    }

    public override int Read(Span<char> buffer)
    {
        // the parser fills its buffer, gives out the records that end in it, and only then fills what is free of it again
        if (_filled)
        {
            _unfinished = _recordEnded ? 0 : _unfinished;
            (_recordEnded, _filled) = (false, false);
            Cut |= _unfinished > CsvImporter.MaxRecord;
        }

        if (Cut || (_start == _end && !Decode()))
        {
            return 0;
        }

        int count = Math.Min(buffer.Length, _end - _start);
        _chars.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        _unfinished += count;
        _filled = count == buffer.Length;
        return count;
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Peek() => _start < _end || Decode() ? _chars[_start] : -1;

    protected override void Dispose(bool disposing)
    {
        if (_bytes is GzipSource gzip)
        {
            gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The number of line ends (LF, CRLF or CR) in a text.</summary>
    public static int LineEnds(ReadOnlySpan<char> text)
    {
        int returns = text.Count('\r');
        return text.Count('\n') + returns - (returns == 0 ? 0 : text.Count("\r\n"));
    }

    /// <summary>Decodes more characters behind those that wait; false at the end of the text, or before invalid bytes.</summary>
    private bool Decode()
    {
        Room();
        int before = _end;
        while (_end == before)
        {
            if (_decoded || _fault.Bytes is not null)
            {
                return false;
            }

            if (_inputStart == _inputEnd)
            {
                (_inputStart, _inputEnd) = (0, _bytes.Read(_input));
            }

            bool last = _inputEnd == 0;
            _decoder.Convert(
                _input.AsSpan(_inputStart, _inputEnd - _inputStart),
                _chars.AsSpan(_end),
                last,
                out int used,
                out int written,
                out bool completed
            );
            _inputStart += used;
            _decoded = last && completed;
            _endsInside |= last && _fault.Bytes is not null;
            int fault = _fault.Bytes is null ? -1 : _chars.AsSpan(_end, written).IndexOf(DecodingFault.Sign);
            int valid = fault < 0 ? written : fault;
            Count(_chars.AsSpan(_end, valid));
            _end += valid;
        }

        return true;
    }

    /// <summary>Makes room for a buffer of characters; those that wait stay.</summary>
    private void Room()
    {
        _chars.AsSpan(_start, _end - _start).CopyTo(_chars);
        (_start, _end) = (0, _end - _start);
        if (_chars.Length - _end < BufferSize / 2)
        {
            Array.Resize(ref _chars, 2 * _chars.Length);
        }
    }

    private void Count(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        _lines += LineEnds(text) - (_afterReturn && text[0] == '\n' ? 1 : 0);
        _afterReturn = text[^1] == '\r';
    }

    /// <summary>The error of invalid bytes.</summary>
    public ImportException Invalid()
    {
        byte[] fault = _fault.Bytes!;
        string problem = InvalidBytes.Problem(fault, Encoding, _endsInside),
            advice = IsAsked ? "" : "; " + InvalidBytes.Advice(fault, _firstLine, _input.AsSpan(0, _inputEnd));
        return new ImportException(_file, _lines + 1, problem + advice);
    }
}
