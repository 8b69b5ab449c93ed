using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// For what and whom something is proven. With everything else that a reader of the file is shown (the statement, docs/format.md)
/// it labels the proof's transcript: neither can the proof be passed off elsewhere, nor can its words be exchanged.
/// </summary>
public sealed record StatisticContext
{
    private const string Format = Labels.Context;

    /// <summary>A context.</summary>
    /// <param name="purpose">The purpose of the number.</param>
    /// <param name="requester">The asker.</param>
    /// <param name="ledgerOrigin">The ledger that holds the table root.</param>
    public StatisticContext(string purpose, string requester, string ledgerOrigin) =>
        (Purpose, Requester, LedgerOrigin) = (purpose, requester, ledgerOrigin);

    /// <summary>The purpose of the number.</summary>
    public string Purpose { get; internal init; }

    /// <summary>The asker.</summary>
    public string Requester { get; internal init; }

    /// <summary>The ledger that holds the table root.</summary>
    public string LedgerOrigin { get; internal init; }

    /// <summary>The label of the transcript, canonical CBOR: ["zkhealth context v2", purpose, requester, origin,
    /// SHA-256(statement)].</summary>
    /// <param name="statement">The canonical CBOR of what is said, as docs/format.md lists it for each kind of file.</param>
    internal byte[] Label(ReadOnlySpan<byte> statement)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteTextString(Purpose);
        w.WriteTextString(Requester);
        w.WriteTextString(LedgerOrigin);
        w.WriteByteString(SHA256.HashData(statement));
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Determines whether a label is that of this statement in some context.</summary>
    internal static bool IsLabelOf(ReadOnlyMemory<byte> label, ReadOnlySpan<byte> statement)
    {
        try
        {
            var r = new CborReader(label, CborConformanceMode.Canonical);
            r.ReadStartArray();
            r.ReadTextString();
            var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
            return context.Label(statement).AsSpan().SequenceEqual(label.Span);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }
    }

    /// <summary>The transcript of what is proven about a statement. Prover and verifier begin with it.</summary>
    internal Transcript Start(ReadOnlySpan<byte> statement) => new(Label(statement));

    /// <summary>A statement: canonical CBOR of an array whose first item names the format.</summary>
    /// <param name="format">The format of the file, with its version.</param>
    /// <param name="items">How many items follow.</param>
    /// <param name="write">Writes them.</param>
    internal static byte[] Statement(string format, int items, Action<CborWriter> write)
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(items + 1);
        w.WriteTextString(format);
        write(w);
        w.WriteEndArray();
        return w.Encode();
    }
}
