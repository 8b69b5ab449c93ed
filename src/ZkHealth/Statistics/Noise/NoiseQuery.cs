using System.Formats.Cbor;
using ZkHealth.Proofs.Bits;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The declaration of a hospital before it commits to noise: the question, for whom, the loss, and who draws the
/// coins.</summary>
/// <param name="Context">For what and whom, on which ledger.</param>
/// <param name="Owner">Who answers for the table, 32 bytes.</param>
/// <param name="Root">The table, 32 bytes.</param>
/// <param name="DataSet">The owner's name of the data set, the same for all versions of a table; may be empty.</param>
/// <param name="Columns">The columns of the cube.</param>
/// <param name="Statistic">A count, a histogram or a 2×2 table: numbers of rows, each row in one number at most.</param>
/// <param name="Loss">ε and δ of all its numbers together.</param>
/// <param name="RowsPerPatient">The most rows of one patient: asserted by the owner. Neighbours are tables that differ in the
/// rows of one patient.</param>
/// <param name="Coins">N for each number.</param>
/// <param name="Beacon">Where the coins come from: the key of who draws them on the ledger, or a name of an outside beacon and
/// its round.</param>
/// <remarks>
/// The rows of one patient, moved from one number to another, change at most min(numbers, 2·rows) numbers by at most as many as
/// there are rows; the loss is shared among these numbers equally (basic composition).
/// </remarks>
internal sealed record NoiseQuery(
    StatisticContext Context,
    ReadOnlyMemory<byte> Owner,
    ReadOnlyMemory<byte> Root,
    string DataSet,
    IReadOnlyList<uint> Columns,
    Statistic Statistic,
    PrivacyLoss Loss,
    int RowsPerPatient,
    int Coins,
    string Beacon
)
{
    /// <summary>The most rows of one patient that may be declared.</summary>
    public const int MaxRowsPerPatient = 1000;

    private const string Format = Labels.NoiseQueryFile;

    /// <summary>A query with the least number of coins.</summary>
    /// <exception cref="ArgumentException">The statistic is none that noise is for, does not fit, or needs more coins than a
    /// proof takes.</exception>
    public static NoiseQuery Create(
        TableCommitment table,
        TableSchema schema,
        Statistic statistic,
        StatisticContext context,
        string dataSet,
        PrivacyLoss loss,
        int rowsPerPatient,
        string beacon
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(statistic);
        uint[] columns =
        [
            .. statistic
                .Columns.Distinct()
                .Select(c => schema.IndexOf(c))
                .Select(j =>
                    j >= 0 ? (uint)j : throw new ArgumentException("the table lacks a column of the statistic", nameof(statistic))
                )
                .Order(),
        ];
        if (Names(statistic, schema) is not string[] names || rowsPerPatient is < 1 or > MaxRowsPerPatient)
        {
            throw new ArgumentException(
                $"expected a count, histogram or 2×2 table, and 1 to {MaxRowsPerPatient} rows for each patient",
                nameof(statistic)
            );
        }

        int coins = BinomialNoise.CoinsFor(loss.DividedBy(Touched(names.Length, rowsPerPatient)), rowsPerPatient);
        var query = new NoiseQuery(
            context,
            table.Owner,
            table.Root,
            dataSet,
            columns,
            statistic,
            loss,
            rowsPerPatient,
            coins,
            beacon
        );
        if (query.Fault(schema) is string fault)
        {
            throw new ArgumentException(fault, nameof(statistic));
        }

        return query;
    }

    /// <summary>The released numbers by name; none where the statistic is none that noise is for.</summary>
    internal static string[]? Names(Statistic statistic, TableSchema schema) =>
        statistic switch
        {
            CountStatistic => ["count"],
            HistogramStatistic { UnknownBelow: 0 } histogram => schema.IndexOf(histogram.Column) is int j and >= 0
                ?
                [
                    .. Enumerable.Range(1, (int)schema.Columns[j].Domain - 1).Select(code => schema.Columns[j].Label((uint)code)),
                    UnknownRows.Name,
                ]
                : null,
            TwoByTwoStatistic { UnknownBelow: 0 } => [.. TwoByTwoStatistic.CellNames, UnknownRows.Name],
            _ => null,
        };

    /// <summary>Its fault under a schema, or null.</summary>
    internal string? Fault(TableSchema schema)
    {
        if (
            Names(Statistic, schema) is not string[] names
            || RowsPerPatient is < 1 or > MaxRowsPerPatient
            || !DataSetName.IsValid(DataSet)
            || Beacon.Length == 0
            || !DataSetName.IsValid(Beacon)
        )
        {
            return "the query of the noise is none, or one of its parts is out of range";
        }

        return (long)Coins * names.Length > BitVectorProof.MaxCount
                ? $"the numbers need {(long)Coins * names.Length} coins; at most {BitVectorProof.MaxCount} can be proven"
            : !BinomialNoise.Suffices(Coins, Loss.DividedBy(Touched(names.Length, RowsPerPatient)), RowsPerPatient)
                ? $"{Coins} coins are too few for {Loss}"
            : null;
    }

    /// <summary>Canonical CBOR of all parts.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(14);
        w.WriteTextString(Format);
        w.WriteTextString(Context.Purpose);
        w.WriteTextString(Context.Requester);
        w.WriteTextString(Context.LedgerOrigin);
        w.WriteByteString(Owner.Span);
        w.WriteByteString(Root.Span);
        w.WriteTextString(DataSet);
        CanonicalCbor.WriteList(w, Columns, w.WriteUInt32);
        Statistic.Write(w);
        w.WriteInt64(Loss.MicroEpsilon);
        w.WriteInt64(Loss.AttoDelta);
        w.WriteInt32(RowsPerPatient);
        w.WriteInt32(Coins);
        w.WriteTextString(Beacon);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Reads what <see cref="Encode"/> writes; throws as the reader does, or InvalidOperationException and
    /// ArgumentException.</summary>
    internal static NoiseQuery Read(CborReader r)
    {
        r.ReadStartArray();
        if (r.ReadTextString() != Format)
        {
            throw new FormatException("not a query of this format and version");
        }

        var query = new NoiseQuery(
            new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString()),
            r.ReadByteString(),
            r.ReadByteString(),
            r.ReadTextString(),
            CanonicalCbor.ReadList(r, x => x.ReadUInt32(), TableAxes.MaxAxes),
            Statistic.Read(r),
            PrivacyLoss.FromUnits(r.ReadInt64(), r.ReadInt64()),
            r.ReadInt32(),
            r.ReadInt32(),
            r.ReadTextString()
        );
        r.ReadEndArray();
        return query.Owner.Length == 32 && query.Root.Length == 32
            ? query
            : throw new FormatException("an owner or root is not 32 bytes");
    }

    private static int Touched(int numbers, int rowsPerPatient) => Math.Min(numbers, 2 * rowsPerPatient);
}
