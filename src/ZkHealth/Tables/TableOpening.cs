using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>A table as its owner holds it: the codes, the blindings, and the commitment that others see.</summary>
public sealed class TableOpening : IDisposable
{
    private readonly Lazy<ReadOnlyMemory<uint>>[] _codes;
    private readonly Lazy<SecretArray<Scalar>>[] _blindings;

    private TableOpening(TableCommitment commitment, Lazy<ReadOnlyMemory<uint>>[] codes, Lazy<SecretArray<Scalar>>[] blindings)
    {
        Commitment = commitment;
        _codes = codes;
        _blindings = blindings;
    }

    private TableOpening(TableCommitment commitment, IEnumerable<ReadOnlyMemory<uint>> codes, IEnumerable<Scalar[]> blindings)
        : this(commitment, [.. codes.Select(c => new Lazy<ReadOnlyMemory<uint>>(c))], [.. blindings.Select(Known)]) { }

    /// <summary>The commitment, which everybody may see.</summary>
    public TableCommitment Commitment { get; }

    /// <summary>Commits a coded table. The secret must be fresh, and kept: with the codes it gives the same commitment
    /// again.</summary>
    /// <param name="table">The coded table.</param>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="secret">The secret of this commitment.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <param name="progress">Reports the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The owner is not 32 bytes.</exception>
    public static TableOpening Commit(
        CodedTable table,
        ReadOnlySpan<byte> owner,
        TableSecret secret,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        var codes = new ReadOnlyMemory<uint>[table.Schema.Columns.Count];
        for (int j = 0; j < codes.Length; j++)
        {
            codes[j] = table.Codes(j);
        }

        return Commit(
            codes,
            table.Rows,
            owner,
            table.Schema.Encode(),
            secret,
            degreeOfParallelism,
            progress,
            true,
            cancellationToken
        );
    }

    /// <summary>
    /// The committed table again from what its owner kept, without the work of committing: a column's codes and blindings are
    /// read and made when first asked for, and no longer once the secret is disposed. The points must be those that
    /// <see cref="Commit(CodedTable, ReadOnlySpan{byte}, TableSecret, int, IProgress{double}?, CancellationToken)"/> gave for
    /// this secret: others give a table about which nothing can be proven.
    /// </summary>
    /// <param name="table">The coded table.</param>
    /// <param name="owner">32 bytes that name who answers for the data.</param>
    /// <param name="secret">The secret of the commitment.</param>
    /// <param name="columns">The committed columns of the schema from 1 on, with their points.</param>
    /// <exception cref="ArgumentException">A column is missing or has another layout.</exception>
    internal static TableOpening Restore(
        CodedTable table,
        ReadOnlySpan<byte> owner,
        TableSecret secret,
        IReadOnlyList<ColumnCommitment> columns
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count != table.Schema.Columns.Count - 1 || columns.Any(c => !c.HasPoints))
        {
            throw new ArgumentException("expected the points of every column of the schema", nameof(columns));
        }

        TableCommitment commitment = TableCommitment.Of(owner, table.Schema.Encode(), table.Rows, columns);
        Scalar[] Blindings(int column) =>
            column == 0
                ? new Scalar[commitment.Layout.Height]
                : secret.Blindings(column, table.Codes(column).Span, commitment.Layout);
        IEnumerable<int> all = Enumerable.Range(0, commitment.Columns.Count);
        return new TableOpening(
            commitment,
            [.. all.Select(j => new Lazy<ReadOnlyMemory<uint>>(() => table.Codes(j)))],
            [.. all.Select(j => new Lazy<SecretArray<Scalar>>(() => new SecretArray<Scalar>(Blindings(j))))]
        );
    }

    /// <summary>Commits codes under any schema bytes; <paramref name="hasRow"/>: column 0 is the public one, which is not
    /// blinded.</summary>
    internal static TableOpening Commit(
        ReadOnlyMemory<uint>[] codes,
        int rows,
        ReadOnlySpan<byte> owner,
        ReadOnlySpan<byte> schema,
        TableSecret secret,
        int degreeOfParallelism = 1,
        IProgress<double>? progress = null,
        bool hasRow = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentOutOfRangeException.ThrowIfLessThan(degreeOfParallelism, 1);
        var layout = new TableLayout(rows);
        var columns = new ColumnCommitment[codes.Length];
        var blindings = new Scalar[codes.Length][];
        for (int j = 0; j < codes.Length; j++)
        {
            (columns[j], blindings[j]) =
                hasRow && j == 0
                    ? (ColumnCommitment.OfRows(layout), new Scalar[layout.Height])
                    : ColumnCommitter.Commit(codes[j], layout, secret, j, degreeOfParallelism, cancellationToken);
            progress?.Report((j + 1.0) / codes.Length);
        }

        return new TableOpening(new TableCommitment(owner, schema, rows, columns), codes, blindings);
    }

    /// <summary>
    /// The table with more columns, for one question. They have a fresh secret of their own: under the secret of the table two
    /// groupings would be seen to be equal.
    /// </summary>
    /// <param name="schema">What the new columns mean, and they alone.</param>
    /// <param name="derived">For each new column a code a row.</param>
    /// <param name="question">What they are derived for: it enters the secret, with the blindings of the base, so that a system
    /// generator that repeats itself shows nothing.</param>
    /// <param name="degreeOfParallelism">How many cores to use.</param>
    /// <exception cref="ArgumentException">The table is derived itself, or a column has another number of rows.</exception>
    internal TableOpening Derive(
        ReadOnlySpan<byte> schema,
        IReadOnlyList<ReadOnlyMemory<uint>> derived,
        ReadOnlySpan<byte> question = default,
        int degreeOfParallelism = 1
    )
    {
        if (derived.Any(codes => codes.Length != Commitment.Rows))
        {
            throw new ArgumentException($"expected {Commitment.Rows} codes in each column", nameof(derived));
        }

        using TranscriptRng rng = DerivedRandomness(schema, question).Complete();
        using var secret = TableSecret.FromBytes(rng.NextScalar().ToBytes());
        var columns = new ColumnCommitment[derived.Count];
        var blindings = new Scalar[derived.Count][];
        for (int k = 0; k < columns.Length; k++)
        {
            (columns[k], blindings[k]) = ColumnCommitter.Commit(derived[k], Commitment.Layout, secret, k, degreeOfParallelism);
        }

        return new TableOpening(
            TableCommitment.Derive(Commitment, schema, columns),
            [.. _codes, .. derived.Select(c => new Lazy<ReadOnlyMemory<uint>>(c))],
            [.. _blindings.Select(b => b.Value.Span.ToArray()).Concat(blindings).Select(Known)]
        );
    }

    /// <summary>Randomness of a derived table, bound to its base, what its columns mean, what they are for, and the base's
    /// blindings.</summary>
    internal TranscriptRngBuilder DerivedRandomness(ReadOnlySpan<byte> schema, ReadOnlySpan<byte> question)
    {
        var t = new Transcript(Labels.DerivedSecret);
        t.Append("base"u8, Commitment.Root.Span);
        t.Append("schema"u8, schema);
        t.Append("question"u8, question);
        TranscriptRngBuilder builder = t.BuildRng();
        foreach (Lazy<SecretArray<Scalar>> blindings in _blindings)
        {
            builder = builder.RekeyWithWitness("blindings"u8, blindings.Value.Bytes);
        }

        return builder;
    }

    /// <summary>A table from codes and blindings that are known to open its commitment.</summary>
    internal static TableOpening Opened(TableCommitment commitment, ReadOnlyMemory<uint>[] codes, Scalar[][] blindings) =>
        new(commitment, codes, blindings);

    /// <summary>The codes of a column, without the padding.</summary>
    internal ReadOnlySpan<uint> Codes(int column) => _codes[column].Value.Span;

    /// <summary>The blindings of a column, one for each matrix row.</summary>
    internal ReadOnlySpan<Scalar> Blindings(int column) => _blindings[column].Value.Span;

    /// <summary>
    /// The key of the patterns in which tables with small cells are suppressed: HMAC-SHA256 of a label and the root under the
    /// first blinding of the last column, so that every cube of the table has the same key, and nobody else can compute it.
    /// </summary>
    internal byte[] SuppressionKey()
    {
        using var secret = new SecretArray<byte>(_blindings[^1].Value[0].ToBytes());
        return HMACSHA256.HashData(secret.Span, (byte[])[.. Labels.SuppressionKey, .. Commitment.Root.Span]);
    }

    private static Lazy<SecretArray<Scalar>> Known(Scalar[] blindings) => new(new SecretArray<Scalar>(blindings));

    /// <summary>Clears the blindings. The codes belong to the coded table.</summary>
    public void Dispose()
    {
        foreach (Lazy<SecretArray<Scalar>> column in _blindings.Where(c => c.IsValueCreated))
        {
            column.Value.Dispose();
        }
    }
}
