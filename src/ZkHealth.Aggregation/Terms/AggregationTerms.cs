using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>
/// Everything that is agreed before a session but the session keys: members register their keys under <see cref="Digest"/>, and
/// terms and keys together are the session. Immutable once made; <see cref="Check"/> says what is wrong with terms.
/// </summary>
public sealed partial record AggregationTerms
{
    /// <summary>The largest encoding that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 19;

    /// <summary>The most hospitals, and the most members of a committee.</summary>
    internal const int MaxHospitals = 1024,
        MaxCommittee = 99;

    private const string Context = Labels.TermsFile;
    private const int UsualSuppressBelow = 10;

    private readonly int? _suppressBelow;

    /// <summary>The board's name.</summary>
    public required string Origin { get; init; }

    /// <summary>The purpose, in words.</summary>
    public required string Purpose { get; init; }

    /// <summary>
    /// The data set that is asked about, by the name that its owners give it whatever version is committed: budgets and the rule
    /// against differences go by owner and data set. 1 to 200 printable characters; tables must have been published under it.
    /// </summary>
    public required string DataSet { get; init; }

    /// <summary>The meaning of the codes: the schema of every hospital's table (for whole vectors, of the update: see
    /// <see cref="AggregationSession.ContributionSchema"/>).</summary>
    public required TableSchema Schema { get; init; }

    /// <summary>The axes of every hospital's cube; for whole vectors the one column that is added up.</summary>
    public required TableAxes Axes { get; init; }

    /// <summary>The question: what is opened.</summary>
    public required AggregateQuery Question { get; init; }

    /// <summary>For statistics, at most so many rows (padded) a table; for whole vectors, the rows of every table, a power of
    /// two.</summary>
    public required long Rows { get; init; }

    /// <summary>The hospitals that may contribute, ascending.</summary>
    public required IReadOnlyList<PartyId> Hospitals { get; init; }

    /// <summary>The committee, ascending: member a (1, 2, …, s) is its a-th. An odd number of distinct legal entities, fixed by
    /// governance, never by the opener.</summary>
    public required IReadOnlyList<PartyId> Committee { get; init; }

    /// <summary>t: so many members open a sum, t − 1 learn nothing; (s + 1)/2 lets the honest alone finish, up to s.</summary>
    public required int Threshold { get; init; }

    /// <summary>At least so many contributors, counted after all exclusions: 3 or more, and more than <see cref="Coalition"/> +
    /// 1.</summary>
    public int Minimum { get; init; } = 3;

    /// <summary>c: so many hospitals are assumed to collude, at least 1.</summary>
    internal int Coalition { get; init; } = 1;

    /// <summary>The parties that may say that a cut-off has come, ascending; by default the committee.</summary>
    public IReadOnlyList<PartyId>? Closers { get; init; }

    /// <summary>The number of them that must say so: the cut-off is where the last of them says so. By default t, so that an
    /// honest member is among them.</summary>
    public int? CloseQuorum { get; init; }

    /// <summary>
    /// Says when the closers are to say that D1 to D4 have come, in seconds since 1970-01-01 UTC; 0 for no plan. Nothing is
    /// decided by their clocks.
    /// </summary>
    public IReadOnlyList<long> PlannedCutOffs { get; init; } = [0, 0, 0, 0];

    /// <summary>
    /// A session that is not frozen when the log's own time passes this one (seconds since 1970-01-01 UTC) is void for ever, and
    /// its members and data sets are free; 0 where only the word of t members ends it.
    /// </summary>
    public long VoidAfter { get; init; }

    /// <summary>The largest public weight of a contribution (patients of a hospital); 1 for statistics.</summary>
    internal ulong WeightCap { get; init; } = 1;

    /// <summary>The noise of the opened numbers, or null for exact ones.</summary>
    public NoiseTerms? Noise { get; init; }

    /// <summary>
    /// Opened counts of 1 to this number − 1 are left out of what is reported; 0 leaves nothing out. By default 10 for exact
    /// statistics, and 0 with noise and for whole vectors. It blanks the report alone: whoever reads the log adds up the shares
    /// and knows every opened number (noise hides them).
    /// </summary>
    public int SuppressBelow
    {
        get => _suppressBelow ?? (Noise is null && !IsWholeVector ? UsualSuppressBelow : 0);
        init => _suppressBelow = value;
    }

    /// <summary>The name of a further check of every contribution (<see cref="IContributionPolicy"/>), or empty.</summary>
    internal string Policy { get; init; } = "";

    internal ReadOnlyMemory<byte> PolicyParameters { get; init; }

    /// <summary>s: the members of the committee.</summary>
    internal int CommitteeSize => Committee.Count;

    /// <summary>Q = floor((s + t − 1)/2) + 1: any two sets of so many members have t in common, so t − 1 liars cannot make two
    /// sets valid.</summary>
    public int Quorum => (CommitteeSize + Threshold - 1) / 2 + 1;

    internal IReadOnlyList<PartyId> EffectiveClosers => Closers ?? Committee;

    /// <summary>The number of them that it takes.</summary>
    internal int EffectiveCloseQuorum => CloseQuorum ?? Threshold;

    /// <summary>Tells whether whole vectors are added up.</summary>
    internal bool IsWholeVector => Question is VectorSumQuery;

    /// <summary>SHA-256 of the encoding: under it members register their session keys.</summary>
    public byte[] Digest() => SHA256.HashData(Encode());

    /// <summary>SHA-256("zkhealth data set of owner v1" ‖ owner ‖ data set): what an owner's charges are about.</summary>
    internal static byte[] DataSetOf(PartyId owner, string dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return SHA256.HashData([.. Labels.OwnersDataSet, .. owner.ToBytes(), .. System.Text.Encoding.UTF8.GetBytes(dataSet)]);
    }

    /// <summary>The point 1, 2, …, s of a member; 0 for anyone else.</summary>
    internal int ShareIndexOf(PartyId party)
    {
        for (int j = 0; j < Committee.Count; j++)
        {
            if (Committee[j] == party)
            {
                return j + 1;
            }
        }

        return 0;
    }

    /// <summary>Canonical CBOR, an array of 21.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(21);
        w.WriteTextString(Context);
        w.WriteTextString(Origin);
        w.WriteTextString(Purpose);
        w.WriteTextString(DataSet);
        w.WriteByteString(Schema.Encode());
        CanonicalCbor.WriteList(w, Axes.Columns, w.WriteUInt32);
        Question.Write(w);
        w.WriteInt64(Rows);
        WriteParties(w, Hospitals);
        WriteParties(w, Committee);
        w.WriteInt32(Threshold);
        w.WriteInt32(Minimum);
        w.WriteInt32(Coalition);
        WriteParties(w, EffectiveClosers);
        w.WriteInt32(EffectiveCloseQuorum);
        CanonicalCbor.WriteList(w, PlannedCutOffs, w.WriteInt64);
        w.WriteInt64(VoidAfter);
        w.WriteUInt64(WeightCap);
        if (Noise is null)
        {
            w.WriteNull();
        }
        else
        {
            Noise.Write(w);
        }

        w.WriteInt32(SuppressBelow);
        w.WriteStartArray(2);
        w.WriteTextString(Policy);
        w.WriteByteString(PolicyParameters.Span);
        w.WriteEndArray();
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; anything else is refused. <see cref="Check"/> is still to be asked.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AggregationTerms? terms,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "description of a session", Read, t => t.Encode(), out terms, out reason);

    private static AggregationTerms Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Context)
        {
            throw new FormatException("another format");
        }

        (string origin, string purpose, string dataSet) = (r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        if (!TableSchema.TryDecode(r.ReadByteString(), out TableSchema? schema, out string? reason))
        {
            throw new FormatException(reason);
        }

        List<uint> columns = CanonicalCbor.ReadList(r, x => x.ReadUInt32(), TableAxes.MaxAxes);
        if (columns.Any(j => j >= schema.Columns.Count))
        {
            throw new FormatException("an axis is no column of the schema");
        }

        var terms = new AggregationTerms
        {
            Origin = origin,
            Purpose = purpose,
            DataSet = dataSet,
            Schema = schema,
            Axes = TableAxes.Create([.. columns], [.. columns.Select(j => schema.Columns[(int)j].Domain)]),
            Question = AggregateQuery.Read(r),
            Rows = r.ReadInt64(),
            Hospitals = ReadParties(r, MaxHospitals),
            Committee = ReadParties(r, MaxCommittee),
            Threshold = r.ReadInt32(),
            Minimum = r.ReadInt32(),
            Coalition = r.ReadInt32(),
            Closers = ReadParties(r, MaxHospitals),
            CloseQuorum = r.ReadInt32(),
            PlannedCutOffs = CanonicalCbor.ReadList(r, x => x.ReadInt64(), 4),
            VoidAfter = r.ReadInt64(),
            WeightCap = r.ReadUInt64(),
            Noise = ReadNoise(r),
            SuppressBelow = r.ReadInt32(),
            Policy = ReadPolicy(r, out byte[] parameters),
            PolicyParameters = parameters,
        };
        r.ReadEndArray();
        return terms;
    }

    private static NoiseTerms? ReadNoise(CborReader r)
    {
        if (r.PeekState() != CborReaderState.Null)
        {
            return NoiseTerms.Read(r);
        }

        r.ReadNull();
        return null;
    }

    private static string ReadPolicy(CborReader r, out byte[] parameters)
    {
        r.ReadStartArray();
        string policy = r.ReadTextString();
        parameters = r.ReadByteString();
        r.ReadEndArray();
        return policy;
    }

    internal static void WriteParties(CborWriter w, IReadOnlyList<PartyId> parties) =>
        CanonicalCbor.WriteList(w, parties, party => w.WriteByteString(party.ToBytes()));

    internal static List<PartyId> ReadParties(CborReader r, int most) =>
        CanonicalCbor.ReadList(r, x => new PartyId(x.ReadByteString()), most);
}
