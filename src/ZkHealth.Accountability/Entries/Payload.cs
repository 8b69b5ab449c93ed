using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability;

/// <summary>Strict reading of payloads, and the subject of what is said about a data set.</summary>
internal static class Payload
{
    /// <summary>SHA-256("zkhealth data set v1" ‖ owner ‖ name): an owner's data set, whatever version of it is
    /// committed.</summary>
    public static byte[] DataSet(ReadOnlySpan<byte> ownerId, string name) =>
        SHA256.HashData([.. Labels.DataSet, .. ownerId, .. Encoding.UTF8.GetBytes(name)]);

    /// <summary>Reads a body of a kind whose array has so many items, and demands that it encodes to the same bytes.</summary>
    public static bool TryRead<T>(
        EntryBody body,
        string kind,
        int items,
        Func<CborReader, T> read,
        Func<T, EntryBody> encode,
        [NotNullWhen(true)] out T? value
    )
        where T : class
    {
        ArgumentNullException.ThrowIfNull(body);
        value = null;
        if (body.Kind != kind)
        {
            return false;
        }

        try
        {
            var r = new CborReader(body.Payload, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != items)
            {
                return false;
            }

            T decoded = read(r);
            r.ReadEndArray();
            value = r.BytesRemaining == 0 && encode(decoded).Encode().AsSpan().SequenceEqual(body.Encode()) ? decoded : null;
            return value is not null;
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }
    }
}
