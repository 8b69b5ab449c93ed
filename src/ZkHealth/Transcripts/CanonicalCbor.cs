using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;

namespace ZkHealth.Transcripts;

/// <summary>Strict reading of what the library writes as canonical CBOR, and lists.</summary>
internal static class CanonicalCbor
{
    /// <summary>
    /// Decodes a value and demands that it encodes to the same bytes, so that there is one encoding of it and nothing follows.
    /// Any exception of the reader or of a constructor becomes a reason.
    /// </summary>
    public static bool TryDecode<T>(
        ReadOnlyMemory<byte> bytes,
        int maxSize,
        string what,
        Func<CborReader, T> read,
        Func<T, byte[]> encode,
        [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out string? reason
    )
        where T : class
    {
        (value, reason) = (null, null);
        if (bytes.Length > maxSize)
        {
            reason = $"the {what} is too large";
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            T decoded = read(r);
            if (r.BytesRemaining != 0 || !encode(decoded).AsSpan().SequenceEqual(bytes.Span))
            {
                reason = $"the {what} is not in canonical form";
                return false;
            }

            value = decoded;
            return true;
        }
        catch (Exception e) when (IsFault(e))
        {
            // the codec speaks of data items and major types, which tells nobody what is wrong with a file; our readers throw the
            // other two
            reason = e is FormatException or ArgumentException
                ? $"not a {what}: {e.Message}"
                : $"not a {what}, or one that is cut off or damaged";
            return false;
        }
    }

    /// <summary>Reads one value and nothing behind it; false where the reader gives null, or what it reads is not what it should
    /// be.</summary>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> bytes,
        int maxSize,
        Func<CborReader, T?> read,
        [NotNullWhen(true)] out T? value
    )
        where T : class
    {
        value = null;
        if (bytes.Length > maxSize)
        {
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            T? decoded = read(r);
            value = r.BytesRemaining == 0 ? decoded : null;
            return value is not null;
        }
        catch (Exception e) when (IsFault(e))
        {
            return false;
        }
    }

    /// <summary>Determines whether an exception of a reader, or of a constructor that it feeds, says that bytes are not what
    /// they should be.</summary>
    public static bool IsFault(Exception e) =>
        e is CborContentException or FormatException or InvalidOperationException or ArgumentException or OverflowException;

    /// <summary>The list grows with what is there: no length from the wire drives an allocation.</summary>
    public static List<T> ReadList<T>(CborReader r, Func<CborReader, T> read, int most = int.MaxValue)
    {
        var list = new List<T>();
        r.ReadStartArray();
        while (r.PeekState() != CborReaderState.EndArray)
        {
            if (list.Count == most)
            {
                throw new FormatException("a list is too long");
            }

            list.Add(read(r));
        }

        r.ReadEndArray();
        return list;
    }

    /// <summary>Writes a list: how many there are, then one after the other.</summary>
    public static void WriteList<T>(CborWriter w, IReadOnlyList<T> items, Action<T> write)
    {
        w.WriteStartArray(items.Count);
        foreach (T item in items)
        {
            write(item);
        }

        w.WriteEndArray();
    }
}
