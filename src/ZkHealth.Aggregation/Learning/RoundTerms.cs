using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Fields;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The terms on which all agree before a round: the model, the round, the quantiser, the bound of the norm, who may
/// demand a full opening.</summary>
public sealed class RoundTerms
{
    /// <summary>The most entries of an update.</summary>
    internal const int MaxEntries = 1 << 24;

    /// <summary>Squared norms are below this: 2^24 entries of at most 2^19 steps. Nothing that is proven of them wraps.</summary>
    internal const ulong MaxSquaredNorm = 1UL << 62;

    /// <summary>The largest public weight of a hospital.</summary>
    internal const int MaxWeight = 1 << 24;

    /// <summary>The most rounds of a model.</summary>
    internal const int MaxRounds = 1 << 20;

    /// <summary>The largest encoding that is decoded.</summary>
    internal const int MaxEncodedSize = 1 << 16;

    private const string Context = Labels.RoundTermsFile;

    /// <summary>The terms of a round.</summary>
    /// <param name="model">The model, the same over all its rounds.</param>
    /// <param name="round">The round, from 0.</param>
    /// <param name="entries">The entries of an update, 1 to 2^24.</param>
    /// <param name="quantiser">How they become codes.</param>
    /// <param name="squaredNorm">The largest squared norm in steps, Σ (d − offset)², 1 to 2^62 − 1
    /// (<see cref="Quantiser.SquaredNormBound"/>).</param>
    /// <param name="weightCap">The largest public weight of a hospital, 1 to 2^24.</param>
    /// <param name="quorum">Who may demand the full opening of an update.</param>
    /// <param name="rounds">The rounds of the model, for all of which a hospital approves its terms at once; up to this one if
    /// left out.</param>
    /// <exception cref="ArgumentException">A part is out of range; the message says which and what was expected.</exception>
    public RoundTerms(
        LearningModel model,
        int round,
        int entries,
        Quantiser quantiser,
        ulong squaredNorm,
        int weightCap,
        OpeningQuorum quorum,
        int? rounds = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(quantiser);
        ArgumentNullException.ThrowIfNull(quorum);
        ArgumentOutOfRangeException.ThrowIfNegative(round);
        if (rounds is int all && (all <= round || all > MaxRounds))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rounds),
                rounds,
                $"expected more than the round, {round}, and at most {MaxRounds}"
            );
        }

        if (entries is < 1 or > MaxEntries)
        {
            throw new ArgumentOutOfRangeException(nameof(entries), entries, $"expected 1 to {MaxEntries}");
        }

        if (squaredNorm is 0 or >= MaxSquaredNorm)
        {
            throw new ArgumentOutOfRangeException(nameof(squaredNorm), squaredNorm, "expected 1 to 2^62 - 1");
        }

        if (weightCap is < 1 or > MaxWeight)
        {
            throw new ArgumentOutOfRangeException(nameof(weightCap), weightCap, $"expected 1 to {MaxWeight}");
        }

        (Model, Round, Entries, Quantiser, SquaredNorm, WeightCap, Quorum) = (
            model,
            round,
            entries,
            quantiser,
            squaredNorm,
            weightCap,
            quorum
        );
        Rounds = rounds ?? round + 1;
    }

    /// <summary>The model, the same over all its rounds.</summary>
    public LearningModel Model { get; }

    /// <summary>The round, from 0.</summary>
    public int Round { get; }

    /// <summary>The rounds of the model, more than <see cref="Round"/>.</summary>
    internal int Rounds { get; }

    /// <summary>The entries of an update.</summary>
    public int Entries { get; }

    /// <summary>The quantiser, by which entries become codes.</summary>
    public Quantiser Quantiser { get; }

    /// <summary>The largest squared norm in steps.</summary>
    public ulong SquaredNorm { get; }

    /// <summary>The largest norm of a decoded update.</summary>
    internal double Norm => Math.Sqrt(SquaredNorm) * Quantiser.Scale;

    /// <summary>The largest public weight of a hospital.</summary>
    internal int WeightCap { get; }

    /// <summary>The quorum that may demand the full opening of an update.</summary>
    public OpeningQuorum Quorum { get; }

    /// <summary>The matrix of an update: its entries padded to a power of two, all of them declared rows.</summary>
    internal TableLayout Layout => new(new TableLayout(Entries).PaddedRows);

    /// <summary>The axis of an update's cube: its one column, with every code.</summary>
    internal TableAxes Axes => TableAxes.Create([1], [Quantiser.Domain]);

    /// <summary>These terms for another round of the model.</summary>
    internal RoundTerms OfRound(int round) => new(Model, round, Entries, Quantiser, SquaredNorm, WeightCap, Quorum, Rounds);

    /// <summary>
    /// The schema of the sum of a round's session: a table of one column whose name says model and round. Its code 0 is the
    /// value −offset: the convention that code 0 is "no value" does not hold for updates.
    /// </summary>
    public TableSchema Table =>
        new(
            $"update of model {Convert.ToHexStringLower(Model.Id.Span)} round {Round}",
            [new NumberColumn("step", 1 - Quantiser.Offset, Quantiser.Offset)]
        );

    /// <summary>The encoded schema of an update's table in a session: that of
    /// <see cref="AggregationSession.ContributionSchema"/>.</summary>
    /// <exception cref="ArgumentException">The session identifier is not 32 bytes.</exception>
    internal byte[] Schema(ReadOnlySpan<byte> sid) =>
        sid.Length == 32
            ? AggregationSession.UpdateSchema(Table, sid).Encode()
            : throw new ArgumentException("expected 32 bytes", nameof(sid));

    /// <summary>
    /// The terms of a session that adds up the updates of the round; committee, thresholds, minimum and cut-offs are still to be
    /// set as agreed.
    /// </summary>
    /// <param name="origin">The board's name.</param>
    /// <param name="hospitals">Who may contribute, ascending.</param>
    /// <param name="committee">The committee, ascending.</param>
    public AggregationTerms ForSession(string origin, IReadOnlyList<PartyId> hospitals, IReadOnlyList<PartyId> committee)
    {
        ArgumentNullException.ThrowIfNull(committee);
        return new AggregationTerms
        {
            Origin = origin,
            Purpose = "federated learning",
            DataSet = Table.Name,
            Schema = Table,
            Axes = Axes,
            Question = new VectorSumQuery(),
            Rows = Layout.PaddedRows,
            Hospitals = hospitals,
            Committee = committee,
            Threshold = (committee.Count + 1) / 2,
            WeightCap = (ulong)WeightCap,
            Policy = UpdatePolicy.PolicyName,
            PolicyParameters = Encode(),
        };
    }

    /// <summary>
    /// Canonical CBOR: [context, model's name, its founders, round, rounds, entries, offset, bits of scale, rounding, squared
    /// norm, weight cap,
    /// threshold, [member…]].
    /// </summary>
    internal byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(13);
        w.WriteTextString(Context);
        w.WriteTextString(Model.Name);
        w.WriteByteString(Model.Founders.Span);
        w.WriteInt32(Round);
        w.WriteInt32(Rounds);
        w.WriteInt32(Entries);
        w.WriteInt32(Quantiser.Offset);
        w.WriteUInt64(BitConverter.DoubleToUInt64Bits(Quantiser.Scale));
        w.WriteInt32((int)Quantiser.Rounding);
        w.WriteUInt64(SquaredNorm);
        w.WriteInt32(WeightCap);
        w.WriteInt32(Quorum.Threshold);
        AggregationTerms.WriteParties(w, Quorum.Members);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes a canonical encoding; anything else is refused, with a reason.</summary>
    internal static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out RoundTerms? terms,
        [NotNullWhen(false)] out string? reason
    ) => CanonicalCbor.TryDecode(bytes, MaxEncodedSize, "set of round terms", Read, t => t.Encode(), out terms, out reason);

    /// <summary>(d − offset)² for every code d, code 0 included.</summary>
    internal Scalar[] NormWeights()
    {
        var weights = new Scalar[Quantiser.Domain];
        for (int code = 0; code < weights.Length; code++)
        {
            long d = code - Quantiser.Offset;
            weights[code] = Scalar.FromUInt64((ulong)(d * d));
        }

        return weights;
    }

    private static RoundTerms Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Context)
        {
            throw new FormatException("not of this version");
        }

        var model = new LearningModel(r.ReadTextString(), r.ReadByteString());
        int round = r.ReadInt32(),
            rounds = r.ReadInt32(),
            entries = r.ReadInt32(),
            offset = r.ReadInt32();
        var quantiser = new Quantiser(offset, BitConverter.UInt64BitsToDouble(r.ReadUInt64()), (Rounding)r.ReadInt32());
        ulong squaredNorm = r.ReadUInt64();
        int weightCap = r.ReadInt32(),
            threshold = r.ReadInt32();
        List<PartyId> members = CanonicalCbor.ReadList(r, Messages.Party, OpeningQuorum.MaxMembers);
        r.ReadEndArray();
        return new RoundTerms(
            model,
            round,
            entries,
            quantiser,
            squaredNorm,
            weightCap,
            new OpeningQuorum(members, threshold),
            rounds
        );
    }
}
