using System.Formats.Cbor;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The kinds of statements about an entry of a row.</summary>
public enum EntryKind
{
    /// <summary>Its code is shown.</summary>
    Shown = 0,

    /// <summary>It is held by a commitment, which its owner is shown to be able to open.</summary>
    Hidden = 1,

    /// <summary>It is held by a commitment, and one of a public set of codes; so it has a value.</summary>
    Inside = 2,

    /// <summary>It is held by a commitment, has a value, and none of a public set of codes.</summary>
    Outside = 3,
}

/// <summary>A question about one entry of a row.</summary>
public sealed class EntryQuestion
{
    private EntryQuestion(string column, EntryKind kind, IEnumerable<uint> codes)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        (Column, Kind, Codes) = (column, kind, [.. codes.Distinct().Order()]);
        if (Fault(kind, Codes) is string fault)
        {
            throw new ArgumentException(fault, nameof(codes));
        }
    }

    internal string Column { get; }

    /// <summary>The kind of statement about its entry.</summary>
    internal EntryKind Kind { get; }

    /// <summary>The public set in ascending order, of <see cref="EntryKind.Inside"/> and <see cref="EntryKind.Outside"/> alone;
    /// never 0.</summary>
    internal IReadOnlyList<uint> Codes { get; }

    /// <summary>Show the entry.</summary>
    public static EntryQuestion Show(string column) => new(column, EntryKind.Shown, []);

    /// <summary>Commit to the entry and show nothing.</summary>
    public static EntryQuestion Hide(string column) => new(column, EntryKind.Hidden, []);

    /// <summary>Show that the entry is one of these codes, and not which.</summary>
    /// <exception cref="ArgumentException">No code, too many, or code 0.</exception>
    public static EntryQuestion Inside(string column, IEnumerable<uint> codes) => new(column, EntryKind.Inside, codes);

    /// <summary>Show that the entry has a value and is none of these codes.</summary>
    /// <exception cref="ArgumentException">No code, too many, or code 0.</exception>
    public static EntryQuestion Outside(string column, IEnumerable<uint> codes) => new(column, EntryKind.Outside, codes);

    /// <summary>Explains why these cannot be the codes of such an entry, or null. "No value" satisfies neither a comparison nor
    /// its negation.</summary>
    internal static string? Fault(EntryKind kind, IReadOnlyList<uint> codes)
    {
        int most = kind == EntryKind.Inside ? PublicSet.MaxCount : SetNonMembershipProof.MaxCount - 1;
        return kind is EntryKind.Shown or EntryKind.Hidden
            ? codes.Count == 0
                ? null
                : "a set of codes where none is asked for"
            : kind is not (EntryKind.Inside or EntryKind.Outside)
                ? "unknown kind of entry"
                : codes.Count < 1 || codes.Count > most || codes[0] == 0
                    ? $"expected 1 to {most} codes other than 0"
                    : null;
    }
}

/// <summary>The statement of a proof file about one entry of its row.</summary>
/// <remarks>The set of an entry outside is the codes and 0 (no value).</remarks>
public sealed class RecordEntry
{
    private readonly byte[] _proof;

    internal RecordEntry(
        int column,
        EntryKind kind,
        uint code,
        CompressedPoint commitment,
        IReadOnlyList<uint> codes,
        byte[] proof
    ) => (Column, Kind, Code, Commitment, Codes, _proof) = (column, kind, code, commitment, codes, proof);

    /// <summary>The position of the column in the schema.</summary>
    public int Column { get; }

    /// <summary>The kind of statement.</summary>
    public EntryKind Kind { get; }

    /// <summary>The code where it is shown, else 0.</summary>
    public uint Code { get; }

    /// <summary>The commitment code·B + s·H; code·B where the code is shown.</summary>
    internal CompressedPoint Commitment { get; }

    /// <summary>The public set in ascending order, where there is one.</summary>
    public IReadOnlyList<uint> Codes { get; }

    /// <summary>The proof about the set, or that the commitment opens; empty where the code is shown.</summary>
    internal ReadOnlyMemory<byte> Proof => _proof;

    /// <summary>The size that the proof has to have.</summary>
    internal int ProofSize =>
        Kind switch
        {
            EntryKind.Hidden => OpeningProof.Size,
            EntryKind.Inside => SetMembershipProof.Size(Codes.Count),
            EntryKind.Outside => SetNonMembershipProof.Size(Codes.Count + 1),
            _ => 0,
        };

    /// <summary>The entry with a proof, whether or not the statement is so.</summary>
    internal RecordEntry Prove(Transcript t, Scalar value, Scalar blinding)
    {
        byte[] proof = Kind switch
        {
            EntryKind.Hidden => OpeningProof.Prove(t, Commitment, value, blinding),
            EntryKind.Inside => SetMembershipProof.ProveUnchecked(t, Set(), value, blinding, Math.Max(0, Set().IndexOf(value))),
            EntryKind.Outside => SetNonMembershipProof.ProveUnchecked(
                t,
                Set(),
                value,
                value,
                Scalar.Zero,
                blinding,
                checksWitness: false
            ),
            _ => [],
        };
        return new RecordEntry(Column, Kind, Code, Commitment, Codes, proof);
    }

    /// <summary>Adds the proof's equations to those that are verified together.</summary>
    internal ProofFault? Collect(Transcript t, VerificationBatch batch, string name) =>
        Kind switch
        {
            EntryKind.Hidden => OpeningProof.Collect(t, Commitment, Proof, batch, name),
            EntryKind.Inside => SetMembershipProof.Collect(t, Set(), Commitment, Proof, batch, name),
            EntryKind.Outside => SetNonMembershipProof.Collect(t, Set(), Commitment, Proof, batch, name),
            _ => null,
        };

    /// <summary>The set that the proof is about.</summary>
    private PublicSet Set() =>
        PublicSet.Of(Kind == EntryKind.Outside ? Codes.Select(c => (ulong)c).Prepend(0UL) : Codes.Select(c => (ulong)c));

    /// <summary>In words, with the labels of the schema.</summary>
    public string Describe(TableSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ColumnSchema column = schema.Columns[Column];
        const int Few = 12;
        string set =
            Codes.Count <= Few
                ? "(" + string.Join(", ", Codes.Select(c => '"' + column.Label(c) + '"')) + ")"
                : $"a set of {Codes.Count} values (\"{column.Label(Codes[0])}\" to \"{column.Label(Codes[^1])}\")";
        return Kind switch
        {
            EntryKind.Shown => $"{column.Name}: {column.Label(Code)}",
            EntryKind.Hidden => $"{column.Name}: hidden, held by the commitment {Commitment}",
            EntryKind.Inside => $"{column.Name}: hidden, one of {set}",
            _ => $"{column.Name}: hidden, has a value that is none of {set}",
        };
    }

    /// <summary>[column, 0, code], [column, 1, point, proof] or [column, 2 or 3, point, proof, [code…]].</summary>
    internal void Write(CborWriter w)
    {
        w.WriteStartArray(
            Kind switch
            {
                EntryKind.Shown => 3,
                EntryKind.Hidden => 4,
                _ => 5,
            }
        );
        w.WriteInt32(Column);
        w.WriteInt32((int)Kind);
        if (Kind == EntryKind.Shown)
        {
            w.WriteUInt32(Code);
        }
        else
        {
            w.WriteByteString(Commitment.ToBytes());
            w.WriteByteString(_proof);
        }

        if (Kind >= EntryKind.Inside)
        {
            WriteCodes(w);
        }

        w.WriteEndArray();
    }

    /// <summary>The statement about the entry: [column, kind, [code of the set…]]. A code that is shown is
    /// proven: it is in the proof.</summary>
    internal void WriteStatement(CborWriter w)
    {
        w.WriteStartArray(3);
        w.WriteInt32(Column);
        w.WriteInt32((int)Kind);
        WriteCodes(w);
        w.WriteEndArray();
    }

    private void WriteCodes(CborWriter w)
    {
        CanonicalCbor.WriteList(w, Codes, w.WriteUInt32);
    }

    internal static RecordEntry Read(CborReader r)
    {
        r.ReadStartArray();
        int column = r.ReadInt32();
        var kind = (EntryKind)r.ReadInt32();
        uint code = kind == EntryKind.Shown ? r.ReadUInt32() : 0;
        CompressedPoint commitment =
            kind == EntryKind.Shown ? RowProof.Shown([code])[0] : new CompressedPoint(r.ReadByteString());
        byte[] proof = kind == EntryKind.Shown ? [] : r.ReadByteString();
        List<uint> codes = kind >= EntryKind.Inside ? CanonicalCbor.ReadList(r, x => x.ReadUInt32(), PublicSet.MaxCount) : [];

        r.ReadEndArray();
        if (EntryQuestion.Fault(kind, codes) is string fault)
        {
            throw new FormatException(fault);
        }

        if (codes.Zip(codes.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new FormatException("the codes of a set are not in ascending order");
        }

        return new RecordEntry(column, kind, code, commitment, codes, proof);
    }
}
