using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Proofs.Linear;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>The statement of a link proof: two committed tables, how they are linked, and the hidden sums where no column
/// holds them.</summary>
internal sealed class LinkStatement
{
    private LinkStatement(TableCommitment events, TableCommitment entities, Link link, ColumnCommitment sums) =>
        (Events, Entities, Link, Sums) = (events, entities, link, sums);

    public TableCommitment Events { get; }

    public TableCommitment Entities { get; }

    public Link Link { get; }

    /// <summary>The column of totals, or that of the hidden sums.</summary>
    public ColumnCommitment Sums { get; }

    /// <param name="events">The table of the key.</param>
    /// <param name="entities">The table whose rows the key counts.</param>
    /// <param name="link">The columns.</param>
    /// <param name="hiddenSums">The points of the hidden sums, one for each matrix row of the entity table; none where a column
    /// holds the totals.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="reason">Why there is none.</param>
    public static bool TryCreate(
        TableCommitment events,
        TableCommitment entities,
        Link link,
        ReadOnlyMemory<byte> hiddenSums,
        [NotNullWhen(true)] out LinkStatement? statement,
        [NotNullWhen(false)] out string? reason
    )
    {
        statement = null;
        int expected = link.Total is null ? RistrettoPoint.Size * entities.Layout.Height : 0;
        reason =
            hiddenSums.Length != expected
                ? "expected as many points of hidden sums as the entity table has matrix rows"
                : Missing(events, link.EventColumns) ?? Missing(entities, link.EntityColumns);
        if (reason is not null)
        {
            return false;
        }

        ColumnCommitment sums = link.Total is uint total
            ? entities.Columns[(int)total]
            : ColumnCommitment.FromPoints(hiddenSums.Span);
        statement = new LinkStatement(events, entities, link, sums);
        return true;
    }

    /// <summary>The exact length in bytes of a proof, without the hidden sums: checked before any work.</summary>
    public static long ProofSize(TableLayout events, TableLayout entities, Link link)
    {
        (int products, int scalars, int messages) = Shape(events, entities, link);
        return 32L * (messages + 1)
            + ConstraintSystem.FinishSize(products, scalars + events.Width)
            + LinearProof.Size(entities.Width)
            + PaddingProof.Size(events)
            + PaddingProof.Size(entities);
    }

    /// <summary>The cost of verification.</summary>
    public VerificationCost Cost()
    {
        (_, int scalars, _) = Shape(Events.Layout, Entities.Layout, Link);
        long points =
            Link.EventColumns.Sum(j => (long)Events.Columns[j].PointCount)
            + Link.EntityColumns.Sum(j => (long)Entities.Columns[j].PointCount)
            + (Link.Total is null ? Sums.PointCount : 0);
        long generators = BitOperations.RoundUpToPowerOf2((uint)(scalars + Events.Layout.Width)) + (long)Entities.Layout.Width;
        return new VerificationCost(
            0,
            generators,
            points + (ProofSize(Events.Layout, Entities.Layout, Link) / RistrettoPoint.Size),
            Scalars: scalars
        );
    }

    /// <summary>Absorbs the statement.</summary>
    public void Start(Transcript t)
    {
        t.Append("dom-sep"u8, Labels.Link);
        t.Append("events"u8, Events.Root.Span);
        t.AppendUInt64("log rows"u8, (ulong)Events.Layout.LogRows);
        t.Append("entities"u8, Entities.Root.Span);
        t.AppendUInt64("log rows"u8, (ulong)Entities.Layout.LogRows);
        Link.Absorb(t);
        for (int at = 0; Link.Total is null && at < Sums.Points.Length; at += RistrettoPoint.Size)
        {
            t.AppendPoint("sums"u8, new CompressedPoint(Sums.Points.Span.Slice(at, RistrettoPoint.Size)));
        }
    }

    /// <summary>Products, scalars and messages before the end of the constraint system: m0 and the roots, then a tree over each
    /// table.</summary>
    private static (int Products, int Scalars, int Messages) Shape(TableLayout events, TableLayout entities, Link link)
    {
        bool weighted = link.Weight is not null;
        (int mu, int nu) = (events.LogRows, entities.LogRows);
        int products = 4 + (3 * (mu - 1)) + (weighted ? 3 : 1) + (3 * nu);
        int scalars = 9 + (mu * (mu - 1)) + (7 * (mu - 1)) + (weighted ? 7 : 3) + (nu * (nu - 1)) + (7 * nu);
        int messages = 2 + (mu * (mu + 1) / 2) + (nu * (nu + 1) / 2);
        return (products, scalars, messages);
    }

    private static string? Missing(TableCommitment table, int[] columns) =>
        columns.Any(j => (uint)j >= table.Columns.Count) ? "a link names a column that the table does not have"
        : columns.Any(j => !table.Columns[j].HasPoints) ? "the points of a column of the link are missing"
        : null;
}
