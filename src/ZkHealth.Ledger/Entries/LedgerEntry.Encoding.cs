using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Ledger;

/// <summary>Reads and writes the bytes of an entry.</summary>
public sealed partial class LedgerEntry
{
    /// <summary>Decodes canonical bytes and verifies all signatures; false, with a reason, for anything else.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? reason
    )
    {
        if (!TryDecodeUnverified(bytes, out entry, out reason))
        {
            return false;
        }

        reason = entry.SignatureFault();
        entry = reason is null ? entry : null;
        return entry is not null;
    }

    /// <summary>Decodes the bytes of an entry that not all have signed along yet, and verifies the signatures that are
    /// there.</summary>
    internal static bool TryDecodePart(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? reason
    )
    {
        if (!TryDecode(bytes, isWhole: false, out entry, out reason))
        {
            return false;
        }

        reason = entry.SignatureFault();
        entry = reason is null ? entry : null;
        return entry is not null;
    }

    /// <summary>Decodes canonical bytes and leaves the signatures to the caller.</summary>
    internal static bool TryDecodeUnverified(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? reason
    ) => TryDecode(bytes, isWhole: true, out entry, out reason);

    private static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        bool isWhole,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? reason
    )
    {
        entry = null;
        reason = "it is not the canonical encoding of an entry";
        if (bytes.Length > MaxSize)
        {
            return false;
        }

        try
        {
            return TryRead(bytes, isWhole, out entry, ref reason!);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> bytes, bool isWhole, out LedgerEntry? entry, ref string? reason)
    {
        entry = null;
        var outer = new CborReader(bytes, CborConformanceMode.Canonical);
        if (outer.ReadStartArray() != 3)
        {
            return false;
        }

        ReadOnlyMemory<byte> signed = outer.ReadEncodedValue();
        byte[] signature = outer.ReadByteString();
        if (signature.Length != VerifyingKey.SignatureSize || outer.ReadStartArray() is not int count)
        {
            return false;
        }

        var counter = new List<(VerifyingKey Key, byte[] Signature)>();
        for (int i = 0; i < count; i++)
        {
            if (outer.ReadStartArray() != 2 || !VerifyingKey.TryReadSigner(outer.ReadByteString(), out VerifyingKey? key))
            {
                return false;
            }

            counter.Add((key, outer.ReadByteString()));
            outer.ReadEndArray();
            if (counter[i].Signature.Length != VerifyingKey.SignatureSize)
            {
                return false;
            }
        }

        outer.ReadEndArray();
        outer.ReadEndArray();
        var r = new CborReader(signed, CborConformanceMode.Canonical);
        if (outer.BytesRemaining != 0 || r.ReadStartArray() != 6 || r.ReadTextString() != Context)
        {
            return false;
        }

        string origin = r.ReadTextString();
        byte[] encodedSigner = r.ReadByteString();
        long? sequence = ReadOptional(r),
            notAfter = ReadOptional(r);
        if (!VerifyingKey.TryReadSigner(encodedSigner, out VerifyingKey? signer))
        {
            reason = "its signer is not a key";
            return false;
        }

        if (!EntryBody.TryRead(r, out EntryBody? body))
        {
            reason = "its body is not the canonical encoding of one";
            return false;
        }

        r.ReadEndArray();
        if (
            r.BytesRemaining != 0
            || !NoteKey.IsName(origin)
            || sequence < 0
            || notAfter < 0
            || sequence is null != notAfter is null
            || counter.Any(c => c.Key.Equals(signer))
        )
        {
            return false;
        }

        if (!IsSignedBy(body, counter, isWhole))
        {
            reason = "those who signed along are not those whom its body names";
            return false;
        }

        entry = new LedgerEntry(origin, signer, sequence, notAfter, body, signed.ToArray(), signature, counter)
        {
            _encoded = bytes.ToArray(),
        };
        reason = null;
        return true;
    }

    private byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteEncodedValue(_signed);
        w.WriteByteString(_signature);
        CanonicalCbor.WriteList(
            w,
            _counter,
            c =>
            {
                w.WriteStartArray(2);
                w.WriteByteString(c.Key.Encode());
                w.WriteByteString(c.Signature);
                w.WriteEndArray();
            }
        );
        w.WriteEndArray();
        return w.Encode();
    }

    private static void WriteOptional(CborWriter w, long? value)
    {
        if (value is long number)
        {
            w.WriteInt64(number);
        }
        else
        {
            w.WriteNull();
        }
    }

    private static long? ReadOptional(CborReader r)
    {
        if (r.PeekState() != CborReaderState.Null)
        {
            return r.ReadInt64();
        }

        r.ReadNull();
        return null;
    }
}
