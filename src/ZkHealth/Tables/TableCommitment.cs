using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// A committed table as others see it: committed columns under one schema and one owner. Its root is the 32 bytes that
/// go on the ledger.
/// </summary>
public sealed class TableCommitment
{
    /// <summary>Bytes that name the owner: the digest of a key or certificate.</summary>
    internal const int OwnerSize = 32;

    /// <summary>The most columns of a derived table beside those of its base.</summary>
    internal const int MaxDerived = 16;

    private readonly byte[] _owner;
    private readonly byte[] _schema;
    private byte[]? _root;

    /// <summary>A committed table.</summary>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="schema">The encoded schema.</param>
    /// <param name="rows">The number of rows, as the owner declares it; a cube proves that the padding beyond them is
    /// zero.</param>
    /// <param name="columns">At least one column, each with the layout of the table or with its digest alone.</param>
    /// <exception cref="ArgumentException">A part is out of range; the message says which and what was expected.</exception>
    internal TableCommitment(
        ReadOnlySpan<byte> owner,
        ReadOnlySpan<byte> schema,
        long rows,
        IReadOnlyList<ColumnCommitment> columns
    )
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (owner.Length != OwnerSize)
        {
            throw new ArgumentException("expected 32 bytes", nameof(owner));
        }

        Layout = new TableLayout(rows);
        if (columns.Count == 0)
        {
            throw new ArgumentException("expected at least one column", nameof(columns));
        }

        int height = Layout.Height;
        if (columns.Any(c => c.HasPoints && c.PointCount != height))
        {
            throw new ArgumentException($"expected {height} points for each column, the layout of {rows} rows", nameof(columns));
        }

        _owner = owner.ToArray();
        _schema = schema.ToArray();
        Rows = rows;
        Columns = [.. columns];
    }

    private TableCommitment(TableCommitment @base, ReadOnlySpan<byte> schema, IReadOnlyList<ColumnCommitment> columns)
        : this(@base.Owner.Span, schema, @base.Rows, [.. @base.Columns, .. columns]) => Base = @base;

    /// <summary>The owner, who answers for the data; 32 bytes.</summary>
    public ReadOnlyMemory<byte> Owner => _owner;

    /// <summary>The encoded schema.</summary>
    public ReadOnlyMemory<byte> Schema => _schema;

    /// <summary>The table of which this has more columns; null where it is none of these.</summary>
    internal TableCommitment? Base { get; }

    /// <summary>The declared number of rows.</summary>
    public long Rows { get; }

    /// <summary>The committed columns.</summary>
    internal IReadOnlyList<ColumnCommitment> Columns { get; }

    /// <summary>The layout that follows from the number of rows.</summary>
    internal TableLayout Layout { get; }

    /// <summary>SHA-256 over owner, schema, rows and column digests: the 32 bytes that go on the ledger.</summary>
    public ReadOnlyMemory<byte> Root => _root ??= ComputeRoot();

    /// <summary>A table under a schema: its column 0 is the public column of declared rows, whose points nobody sends.</summary>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="schema">The encoded schema.</param>
    /// <param name="rows">The declared number of rows.</param>
    /// <param name="others">The columns of the schema from 1 on.</param>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    internal static TableCommitment Of(
        ReadOnlySpan<byte> owner,
        ReadOnlySpan<byte> schema,
        long rows,
        IEnumerable<ColumnCommitment> others
    ) => new(owner, schema, rows, [ColumnCommitment.OfRows(new TableLayout(rows)), .. others]);

    /// <summary>
    /// A committed table with more columns, committed later. Its root binds the root of the base, what the new columns mean, and
    /// their digests.
    /// </summary>
    /// <param name="base">A table that is not derived itself.</param>
    /// <param name="schema">What the new columns mean, and they alone.</param>
    /// <param name="columns">1 to 16 new columns.</param>
    /// <exception cref="ArgumentException">The base is a derived table, or the columns are too few or too many.</exception>
    internal static TableCommitment Derive(
        TableCommitment @base,
        ReadOnlySpan<byte> schema,
        IReadOnlyList<ColumnCommitment> columns
    )
    {
        if (@base.Base is not null)
        {
            throw new ArgumentException("expected a table that is not derived itself", nameof(@base));
        }

        return columns.Count is >= 1 and <= MaxDerived
            ? new TableCommitment(@base, schema, columns)
            : throw new ArgumentException($"expected 1 to {MaxDerived} derived columns", nameof(columns));
    }

    private byte[] ComputeRoot()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        int known = Base?.Columns.Count ?? 0;
        if (Base is null)
        {
            hash.AppendData(Labels.Table);
            hash.AppendData(_owner);
        }
        else
        {
            hash.AppendData(Labels.DerivedTable);
            hash.AppendData(Base.Root.Span);
        }

        BinaryPrimitives.WriteInt32LittleEndian(number, _schema.Length);
        hash.AppendData(number[..4]);
        hash.AppendData(_schema);
        if (Base is null)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, Rows);
            hash.AppendData(number);
        }

        BinaryPrimitives.WriteInt32LittleEndian(number, Columns.Count - known);
        hash.AppendData(number[..4]);
        foreach (ColumnCommitment column in Columns.Skip(known))
        {
            hash.AppendData(column.Digest.Span);
        }

        return hash.GetHashAndReset();
    }
}
