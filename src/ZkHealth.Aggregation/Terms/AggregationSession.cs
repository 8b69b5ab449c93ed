using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Groups;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>Terms with the committee's session keys: what is opened on the board. Its identifier binds all of it.</summary>
public sealed class AggregationSession
{
    private const string Context = Labels.SessionFile;

    private readonly byte[] _encoded,
        _sid;

    /// <summary>A session.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="keys">The session key PK of each member, in the order of the committee.</param>
    /// <exception cref="ArgumentException">The terms are not in order, or there is not one key for each member, all
    /// different.</exception>
    internal AggregationSession(AggregationTerms terms, IReadOnlyList<CompressedPoint> keys)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(keys);
        if (terms.Check() is string fault)
        {
            throw new ArgumentException(fault, nameof(terms));
        }

        if (keys.Count != terms.CommitteeSize || keys.Distinct().Count() != keys.Count)
        {
            throw new ArgumentException("expected one session key for each member, no key twice", nameof(keys));
        }

        (Terms, Keys) = (terms, [.. keys]);
        _encoded = Write();
        _sid = SHA256.HashData([.. Labels.SessionId, .. _encoded]);
    }

    /// <summary>The terms.</summary>
    public AggregationTerms Terms { get; }

    /// <summary>PK of members 1, 2, …, s.</summary>
    internal IReadOnlyList<CompressedPoint> Keys { get; }

    /// <summary>sid: 32 bytes, the subject of the session's entries. Every signature, proof and key derivation binds
    /// it.</summary>
    public ReadOnlyMemory<byte> Sid => _sid;

    /// <summary>
    /// The schema that a contribution's table must have: that of the terms; for whole vectors the same with the session's
    /// identifier after its name, so that an update committed for one session serves no other.
    /// </summary>
    internal TableSchema ContributionSchema => Terms.IsWholeVector ? UpdateSchema(Terms.Schema, _sid) : Terms.Schema;

    internal static TableSchema UpdateSchema(TableSchema schema, ReadOnlySpan<byte> sid) =>
        new($"{schema.Name} {Convert.ToHexStringLower(sid)}", [.. schema.Columns.Skip(1)]);

    /// <summary>Canonical CBOR: [context, terms, keys]. The body of an Open.</summary>
    internal byte[] Encode() => [.. _encoded];

    /// <summary>Decodes canonical bytes of a session in order; anything else is refused.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AggregationSession? session,
        [NotNullWhen(false)] out string? reason
    ) =>
        CanonicalCbor.TryDecode(
            bytes,
            AggregationTerms.MaxEncodedSize + (1 << 13),
            "session",
            Read,
            s => s.Encode(),
            out session,
            out reason
        );

    private byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(3);
        w.WriteTextString(Context);
        w.WriteByteString(Terms.Encode());
        w.WriteByteString(Messages.Join(Keys));
        w.WriteEndArray();
        return w.Encode();
    }

    private static AggregationSession Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Context || !AggregationTerms.TryDecode(r.ReadByteString(), out AggregationTerms? terms, out _))
        {
            throw new FormatException("another format, or terms that cannot be read");
        }

        CompressedPoint[] keys = Messages.Split(r.ReadByteString());
        r.ReadEndArray();
        return new AggregationSession(terms, keys);
    }
}
