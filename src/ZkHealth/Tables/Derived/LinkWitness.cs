using System.Runtime.InteropServices;
using ZkHealth.Fields;
using ZkHealth.Proofs.Lookups;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The witness of a link, and the values that follow from it.</summary>
/// <remarks>Sums are added up by key, so its memory accesses depend on the keys (see docs/security.md).</remarks>
internal sealed class LinkWitness : IDisposable
{
    private readonly TableOpening _events;
    private readonly TableOpening _entities;
    private readonly Link _link;
    private readonly uint[] _sums;
    private SecretArray<Scalar> _sumBlindings = new(0);

    private LinkWitness(TableOpening events, TableOpening entities, Link link, uint[] sums, Scalar none, LinkForgery? forgery) =>
        (_events, _entities, _link, _sums, None, Forgery) = (events, entities, link, sums, none, forgery);

    /// <summary>The sum of the weights of the events that name nobody, padding among them.</summary>
    public Scalar None { get; }

    /// <summary>The changes of a cheating prover; tests alone make them.</summary>
    public LinkForgery? Forgery { get; }

    /// <exception cref="ArgumentException">A column is missing, or an event does not agree with its entity; the message says
    /// nothing about which.</exception>
    public static LinkWitness Create(TableOpening events, TableOpening entities, Link link, LinkForgery? forge)
    {
        if (
            link.EventColumns.Any(j => (uint)j >= events.Commitment.Columns.Count)
            || link.EntityColumns.Any(j => (uint)j >= entities.Commitment.Columns.Count)
        )
        {
            throw new ArgumentException("a link names a column that the table does not have", nameof(link));
        }

        (uint[] sums, Scalar none, bool agrees) = Sums(events, entities, link);
        bool holds =
            link.Total is not uint total
            || sums.AsSpan(0, (int)entities.Commitment.Rows).SequenceEqual(entities.Codes((int)total));
        if (forge is null && !(agrees && holds))
        {
            string problem = !agrees
                ? "an event does not agree with the entity that its key names"
                : "the column of totals does not hold the sums";
            throw new ArgumentException(problem, nameof(link));
        }

        if (link.Total is uint column)
        {
            // the sums that are committed, whatever they are
            entities.Codes((int)column).CopyTo(sums);
        }

        if (forge?.ChangeSums is not null)
        {
            (sums, none) = forge.ChangeSums(sums);
        }

        return new LinkWitness(events, entities, link, sums, none, forge);
    }

    /// <summary>The totals of a link: for each entity the sum of the weights of the events that name it.</summary>
    /// <param name="keys">The keys of the events.</param>
    /// <param name="weights">Their weights; empty where each counts 1.</param>
    /// <param name="entities">The number of entities.</param>
    /// <exception cref="ArgumentException">A key names no entity, or a sum is 2^32 or more.</exception>
    public static uint[] Totals(ReadOnlySpan<uint> keys, ReadOnlySpan<uint> weights, int entities)
    {
        (ulong[] sums, _, bool named) = Sums(keys, weights, entities, entities);
        if (!named)
        {
            throw new ArgumentException("a key names no entity", nameof(keys));
        }

        if (sums.Any(s => s > uint.MaxValue))
        {
            throw new ArgumentException("a total is 2^32 or more", nameof(weights));
        }

        return Array.ConvertAll(sums, s => (uint)s);
    }

    /// <summary>
    /// Randomness bound to the whole statement (label, tables, columns), all blindings, the sums and the system generator: also
    /// with a generator that repeats itself, two statements share no randomness.
    /// </summary>
    public TranscriptRngBuilder Randomness(Transcript t)
    {
        Transcript own = t.Clone();
        own.Append("link randomness"u8, _events.Commitment.Root.Span);
        own.Append("entities"u8, _entities.Commitment.Root.Span);
        _link.Absorb(own);
        TranscriptRngBuilder builder = own.BuildRng();
        foreach (TableOpening table in (ReadOnlySpan<TableOpening>)[_events, _entities])
        {
            for (int j = 0; j < table.Commitment.Columns.Count; j++)
            {
                builder = builder.RekeyWithWitness("blindings"u8, MemoryMarshal.AsBytes(table.Blindings(j)));
            }
        }

        return builder
            .RekeyWithWitness("sums"u8, MemoryMarshal.AsBytes(_sums.AsSpan()))
            .RekeyWithWitness("none"u8, None.ToBytes());
    }

    /// <summary>Commits the sums under a secret of their own; returns the points.</summary>
    public byte[] CommitSums(TranscriptRng rng, int degreeOfParallelism)
    {
        using var secret = TableSecret.FromBytes(rng.NextScalar().ToBytes());
        (ColumnCommitment column, Scalar[] blindings) = ColumnCommitter.Commit(
            _sums,
            new TableLayout(_sums.Length),
            secret,
            0,
            degreeOfParallelism
        );
        _sumBlindings = new SecretArray<Scalar>(blindings);
        return column.Points.ToArray();
    }

    /// <summary>The trees over events w/(alpha − f) and over entities m/(alpha − t).</summary>
    public (LogUpTree Events, LogUpTree Entities) Trees(Scalar[] joins, Scalar alpha, int degreeOfParallelism)
    {
        int events = _events.Commitment.Layout.PaddedRows,
            entities = _sums.Length;
        Scalar[] eventLeaves = Leaves(
            _events,
            [.. _link.EventColumns.Take(joins.Length)],
            joins,
            alpha,
            events,
            degreeOfParallelism
        );
        Scalar[]? weights = _link.Weight is uint weight ? ToScalars(_events.Codes((int)weight), events) : null;

        // the leaf of entity j is alpha − (j + 1) less its values
        Scalar[] entityLeaves = Leaves(
            _entities,
            [.. _link.Pairs.Select(p => (int)p.Entity)],
            joins.AsSpan(1),
            alpha,
            entities,
            degreeOfParallelism
        );
        Scalar number = Scalar.Zero;
        for (int j = 0; j < entities; j++)
        {
            number += Scalar.One;
            entityLeaves[j] -= number;
        }

        return (
            new LogUpTree(eventLeaves, degreeOfParallelism, weights),
            new LogUpTree(entityLeaves, degreeOfParallelism, ToScalars(_sums, entities))
        );
    }

    /// <summary>A row of the events' joined matrix.</summary>
    public Scalar[] EventRow(Scalar[] factors, Scalar[] left, int degreeOfParallelism, out Scalar blinding) =>
        ColumnSums.JoinedRow(_events, Shares(_events, _link.EventColumns, factors), left, degreeOfParallelism, out blinding);

    /// <summary>A row of the entities' joined matrix: values, and at last the sums.</summary>
    public Scalar[] EntityRow(Scalar[] factors, Scalar[] left, int degreeOfParallelism, out Scalar blinding)
    {
        ColumnShare[] shares = Shares(_entities, _link.EntityColumns, factors);
        Scalar[] row = ColumnSums.JoinedRow(_entities, shares, left, degreeOfParallelism, out blinding);
        if (_link.Total is null)
        {
            var sums = new Scalar[row.Length];
            ColumnSums.ColumnRow(_sums, left, Above(_sums), sums.Length, 0, sums);
            ScalarVector.AddScaled(row, factors[^1], sums, row);
            blinding += factors[^1] * ScalarVector.Dot(left, _sumBlindings.Span);
        }

        return row;
    }

    /// <summary>Clears the sums and their blindings.</summary>
    public void Dispose()
    {
        new SecretSpan<uint>(_sums).Dispose();
        _sumBlindings.Dispose();
    }

    private static (uint[] Sums, Scalar None, bool Agrees) Sums(TableOpening events, TableOpening entities, Link link)
    {
        int rows = (int)entities.Commitment.Rows,
            padding = events.Commitment.Layout.PaddedRows - (int)events.Commitment.Rows;
        ReadOnlySpan<uint> keys = events.Codes((int)link.Key),
            weights = link.Weight is uint weight ? events.Codes((int)weight) : [];
        (ulong[] sums, UInt128 none, bool agrees) = Sums(keys, weights, rows, entities.Commitment.Layout.PaddedRows);
        foreach ((uint x, uint y) in link.Pairs)
        {
            ReadOnlySpan<uint> mine = events.Codes((int)x),
                theirs = entities.Codes((int)y);
            uint differ = 0;
            for (int i = 0; i < keys.Length; i++)
            {
                differ |= mine[i] ^ (keys[i] == 0 || keys[i] > rows ? 0 : theirs[(int)keys[i] - 1]);
            }

            agrees &= differ == 0;
        }

        none += weights.IsEmpty ? (UInt128)padding : 0;
        return (Array.ConvertAll(sums, s => (uint)s), Scalar.FromUInt128(none), agrees && sums.All(s => s <= uint.MaxValue));
    }

    /// <summary>Sums by key, the sum over nobody, and whether every event of a weight names an entity or nobody.</summary>
    private static (ulong[] Sums, UInt128 None, bool Named) Sums(
        ReadOnlySpan<uint> keys,
        ReadOnlySpan<uint> weights,
        int entities,
        int length
    )
    {
        var sums = new ulong[length];
        UInt128 none = 0;
        bool named = true;
        for (int i = 0; i < keys.Length; i++)
        {
            uint key = keys[i],
                weight = weights.IsEmpty ? 1 : weights[i];
            if (key == 0)
            {
                none += weight;
            }
            else if (key <= entities)
            {
                sums[key - 1] += weight;
            }
            else
            {
                named &= weight == 0;
            }
        }

        return (sums, none, named);
    }

    private static Scalar[] Leaves(
        TableOpening table,
        int[] columns,
        ReadOnlySpan<Scalar> joins,
        Scalar alpha,
        int length,
        int degreeOfParallelism
    )
    {
        Scalar[] factors = joins.ToArray(),
            leaves = GC.AllocateUninitializedArray<Scalar>(length);
        ColumnShare[] shares = Shares(table, columns, factors);
        Chunks.For(
            length,
            degreeOfParallelism,
            (_, from, to) =>
            {
                leaves.AsSpan(from, to - from).Fill(alpha);
                foreach ((int column, Scalar factor, uint domain) in shares)
                {
                    ReadOnlySpan<uint> codes = table.Codes(column);
                    int end = Math.Min(to, codes.Length);
                    if (from < end)
                    {
                        ColumnSums.AddMultiples(codes[from..end], -factor, domain, leaves.AsSpan(from, end - from));
                    }
                }
            }
        );
        return leaves;
    }

    private static ColumnShare[] Shares(TableOpening table, int[] columns, Scalar[] factors) =>
        [.. columns.Select((column, c) => new ColumnShare(column, factors[c], Above(table.Codes(column))))];

    /// <summary>A number above all codes, or the largest that there is.</summary>
    private static uint Above(ReadOnlySpan<uint> codes)
    {
        uint largest = System.Numerics.Tensors.TensorPrimitives.Max(codes);
        return largest == uint.MaxValue ? largest : largest + 1;
    }

    private static Scalar[] ToScalars(ReadOnlySpan<uint> codes, int length)
    {
        var scalars = new Scalar[length];
        ColumnSums.AddMultiples(codes, Scalar.One, Above(codes), scalars);
        return scalars;
    }
}
