using System.Formats.Cbor;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file about one row of a committed table: some of its entries shown (a patient checks their own record, an auditor a
/// sample), others held by commitments, and of these some shown to lie inside or outside a public set. The row's number is
/// public; all other entries and rows stay hidden. The root must be looked up on the ledger.
/// </summary>
/// <remarks>
/// The transcript is labelled by context and statement. One row proof is about all entries (commitments code·B where they are
/// shown); then come the proofs about sets, and that commitments open, on the same transcript, in the order of the entries. All
/// equations are verified as one multi-scalar multiplication.
/// </remarks>
public sealed class RecordProof : ProofFile
{
    internal const string Format = Labels.RecordFile;

    private readonly CommittedTableFile _file;
    private readonly byte[] _proof;

    private RecordProof(CommittedTableFile file, long row, IReadOnlyList<RecordEntry> entries, byte[] proof)
        : base(file.Context) => (_file, Row, Entries, _proof) = (file, row, entries, proof);

    private protected override IReadOnlyList<TableCommitment> GetTables() => [_file.Table];

    /// <summary>The committed table; points are there for the columns of the entries alone.</summary>
    public TableCommitment Table => _file.Table;

    internal override ColumnUse UseOf(DataSetVersion version) =>
        new([.. Entries.Select(e => Schema.Columns[e.Column].Name)], opensRow: true, []);

    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema => _file.Schema;

    /// <summary>The number of the row, from 0.</summary>
    public long Row { get; }

    /// <summary>The statement to which the proof is bound beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Row, Entries);

    /// <summary>The entries and what is proven of them; true only if <see cref="ProofFile.Verify"/> accepts.</summary>
    public IReadOnlyList<RecordEntry> Entries { get; }

    /// <summary>Proves entries of a row.</summary>
    /// <param name="table">The owner's table.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="row">0 to Rows − 1.</param>
    /// <param name="questions">What is asked, of distinct columns.</param>
    /// <param name="context">For what and whom.</param>
    /// <param name="openings">What opens the commitments to hidden entries; those already held are used again. For the owner
    /// alone.</param>
    /// <exception cref="ArgumentException">No such row or column, a question about an entry that is not so, or codes that the
    /// column does not have.</exception>
    public static RecordProof Prove(
        TableOpening table,
        TableSchema schema,
        long row,
        IReadOnlyList<EntryQuestion> questions,
        StatisticContext context,
        RecordOpenings openings
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(openings);
        if (!table.Commitment.Schema.Span.SequenceEqual(schema.Encode()))
        {
            throw new ArgumentException("it is not the schema of the table", nameof(schema));
        }

        int[] columns =
        [
            .. questions.Select(q =>
                schema.IndexOf(q.Column) is int j and >= 0
                    ? j
                    : throw new ArgumentException($"the table has no column '{q.Column}'", nameof(questions))
            ),
        ];
        RowProof.CheckPlace(table.Commitment, row, columns);
        for (int k = 0; k < columns.Length; k++)
        {
            uint code = table.Codes(columns[k])[(int)row];
            EntryQuestion q = questions[k];
            if (q.Codes.Count > 0 && q.Codes[^1] >= schema.Columns[columns[k]].Domain)
            {
                throw new ArgumentException($"column '{q.Column}' has no code {q.Codes[^1]}", nameof(questions));
            }

            if (
                (q.Kind == EntryKind.Inside && !q.Codes.Contains(code))
                || (q.Kind == EntryKind.Outside && (code == 0 || q.Codes.Contains(code)))
            )
            {
                throw new ArgumentException($"it is not true of column '{q.Column}' in row {row}", nameof(questions));
            }
        }

        uint[] codes = [.. columns.Select(j => table.Codes(j)[(int)row])];
        return ProveUnchecked(table, schema, row, questions, columns, codes, context, openings);
    }

    /// <summary>Returns false: a row that is shown to its patient is no release of a statistic.</summary>
    private protected override bool IsReleased => false;

    /// <summary>Verifies the entries against the table, as one multi-scalar multiplication. Whether the sets are those asked for
    /// is for the reader to see.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        if (Fault() is ProofFault fault)
        {
            return VerificationResult.Rejected(fault);
        }

        if (context.Limits.Exceeded(Cost()) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        var batch = new VerificationBatch();
        return batch.Verify(Collect(batch));
    }

    /// <summary>The fault of columns and the lengths of proofs, before any work; or null.</summary>
    private ProofFault? Fault()
    {
        if (Schema.Columns.Count != Table.Columns.Count)
        {
            return "the columns are not those of the schema";
        }

        bool fits = _proof.Length == RowProof.Size(Table.Layout) && Entries.All(e => e.Proof.Length == e.ProofSize);
        return fits ? null : ProofFault.Length("a proof of these entries has another length");
    }

    /// <summary>The cost of verification. The polynomial of a set outside of which an entry lies takes a multiplication
    /// for each pair of its values.</summary>
    private VerificationCost Cost()
    {
        long inside = Entries.Sum(e => (long)e.Codes.Count),
            pairs = Entries.Where(e => e.Kind == EntryKind.Outside).Sum(e => (long)e.Codes.Count * e.Codes.Count);
        return new VerificationCost(
            0,
            Table.Layout.Width,
            (_proof.Length + Entries.Sum(e => e.Proof.Length)) / 32,
            10 * inside,
            10 * pairs
        );
    }

    /// <summary>Canonical CBOR: [format, context and table…, row, [entry…], proof].</summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(CommittedTableFile.Items + 4);
        w.WriteTextString(Format);
        _file.Write(w);
        w.WriteInt64(Row);
        CanonicalCbor.WriteList(w, Entries, entry => entry.Write(w));
        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    internal static RecordProof ProveUnchecked(
        TableOpening table,
        TableSchema schema,
        long row,
        IReadOnlyList<EntryQuestion> questions,
        int[] columns,
        uint[] codes,
        StatisticContext context,
        RecordOpenings openings
    )
    {
        EntryKind[] kinds = [.. questions.Select(q => q.Kind)];
        Scalar[] blindings =
        [
            .. kinds.Select(
                (kind, k) => kind == EntryKind.Shown ? Scalar.Zero : openings.Blinding(table, row, columns[k], codes[k])
            ),
        ];
        CommittedTableFile file = CommittedTableFile.Of(context, table.Commitment, schema, j => columns.Contains(j));
        RecordEntry[] entries =
        [
            .. questions.Select(
                (q, k) =>
                    new RecordEntry(
                        columns[k],
                        q.Kind,
                        q.Kind == EntryKind.Shown ? codes[k] : 0,
                        ScalarCommitment.Commit(Scalar.FromUInt64(codes[k]), blindings[k]).Compress(),
                        q.Codes,
                        []
                    )
            ),
        ];
        Transcript t = context.Start(StatementOf(file, row, entries));
        byte[] rowProof = RowProof.ProveUnchecked(t, table, row, columns, codes, blindings);
        for (int k = 0; k < entries.Length; k++)
        {
            entries[k] = entries[k].Prove(t, Scalar.FromUInt64(codes[k]), blindings[k]);
        }

        return new RecordProof(file, row, entries, rowProof);
    }

    /// <summary>Reads what follows the format.</summary>
    internal static RecordProof Read(CborReader r)
    {
        Func<Func<int, bool>, CommittedTableFile> read = CommittedTableFile.Read(r);
        long row = r.ReadInt64();
        List<RecordEntry> entries = CanonicalCbor.ReadList(r, RecordEntry.Read, TableAxes.MaxCells);
        CommittedTableFile file = read(j => entries.Exists(e => e.Column == j));
        foreach (RecordEntry entry in entries)
        {
            if (
                entry.Column < 0
                || entry.Column >= file.Schema.Columns.Count
                || entry.Codes.Append(entry.Code).Max() >= file.Schema.Columns[entry.Column].Domain
            )
            {
                throw new FormatException("an entry is not of a column of the schema");
            }
        }

        return new RecordProof(file, row, entries, r.ReadByteString());
    }

    private ProofFault? Collect(VerificationBatch batch)
    {
        int[] columns = [.. Entries.Select(e => e.Column)];
        Transcript t = Context.Start(Statement);
        ProofFault? failure = RowProof.Collect(t, Table, Row, columns, [.. Entries.Select(e => e.Commitment)], _proof, batch);
        foreach (RecordEntry entry in Entries)
        {
            failure ??= entry.Collect(t, batch, $"column '{Schema.Columns[entry.Column].Name}': ");
        }

        return failure;
    }

    /// <summary>[format, table…, row, [[column, kind, [code of the set…]]…]].</summary>
    private static byte[] StatementOf(CommittedTableFile file, long row, IReadOnlyList<RecordEntry> entries) =>
        StatisticContext.Statement(
            Format,
            CommittedTableFile.StatementItems + 2,
            w =>
            {
                file.WriteStatement(w);
                w.WriteInt64(row);
                CanonicalCbor.WriteList(w, entries, entry => entry.WriteStatement(w));
            }
        );
}
