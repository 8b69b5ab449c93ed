using System.Formats.Cbor;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// The beginning of every proof file about a table: for what and whom it was made, and the committed table with points
/// for the columns that something is proven about.
/// </summary>
internal sealed class CommittedTableFile(StatisticContext context, TableCommitment table, TableSchema schema)
{
    /// <summary>Items in the array of the file.</summary>
    public const int Items = 3 + StatementItems;

    /// <summary>Items of the statement: all but the context, which labels the transcript beside it.</summary>
    public const int StatementItems = 4;

    public StatisticContext Context => context;

    public TableCommitment Table => table;

    public TableSchema Schema => schema;

    /// <summary>The public part of a table; points of columns other than these are left out.</summary>
    public static CommittedTableFile Of(
        StatisticContext context,
        TableCommitment table,
        TableSchema schema,
        Func<int, bool> withPoints
    )
    {
        IEnumerable<ColumnCommitment> columns = table.Columns.Select((c, j) => withPoints(j) ? c : c.WithoutPoints()).Skip(1);
        return new CommittedTableFile(
            context,
            TableCommitment.Of(table.Owner.Span, table.Schema.Span, table.Rows, columns),
            schema
        );
    }

    /// <summary>Seven items: purpose, requester, origin, owner, schema, rows, [digest or points of the columns from 1
    /// on…].</summary>
    public void Write(CborWriter w)
    {
        w.WriteTextString(context.Purpose);
        w.WriteTextString(context.Requester);
        w.WriteTextString(context.LedgerOrigin);
        WriteTable(w, withPoints: true);
    }

    /// <summary>Four items of a statement: owner, schema, rows, [digest…].</summary>
    public void WriteStatement(CborWriter w) => WriteTable(w, withPoints: false);

    private void WriteTable(CborWriter w, bool withPoints)
    {
        w.WriteByteString(table.Owner.Span);
        w.WriteByteString(table.Schema.Span);
        w.WriteInt64(table.Rows);
        w.WriteStartArray(table.Columns.Count - 1);
        foreach (ColumnCommitment column in table.Columns.Skip(1))
        {
            w.WriteByteString(withPoints && column.HasPoints ? column.Points.Span : column.Digest.Span);
        }

        w.WriteEndArray();
    }

    /// <summary>
    /// Reads what <see cref="Write"/> writes, and gives a function that makes the file once it is known which columns have points
    /// (the others are digests): that is said by what follows.
    /// </summary>
    public static Func<Func<int, bool>, CommittedTableFile> Read(CborReader r)
    {
        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        byte[] owner = r.ReadByteString(),
            schemaBytes = r.ReadByteString();
        long rows = r.ReadInt64();
        if (!TableSchema.TryDecode(schemaBytes, out TableSchema? schema, out string? reason))
        {
            throw new FormatException(reason);
        }

        List<byte[]> encoded = CanonicalCbor.ReadList(r, x => x.ReadByteString());
        if (encoded.Count != schema.Columns.Count - 1)
        {
            throw new FormatException("the columns are not those of the schema");
        }

        return withPoints => new CommittedTableFile(
            context,
            TableCommitment.Of(
                owner,
                schemaBytes,
                rows,
                encoded.Select((b, j) => withPoints(j + 1) ? ColumnCommitment.FromPoints(b) : ColumnCommitment.FromDigest(b))
            ),
            schema
        );
    }
}
