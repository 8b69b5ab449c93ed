using System.Diagnostics.CodeAnalysis;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The reference of events to entities, by a key column of the event table: row number + 1 of the entity table, 0 for nobody.
/// Either a join, columns of both tables that agree in every row; or a total, a column of the entity table that holds the sums of
/// the weights of the events that name each entity.
/// </summary>
/// <remarks>A join has no weights: an event of weight 0 says nothing, so its values would not be bound. A total has no
/// pairs.</remarks>
internal sealed class Link
{
    private Link(uint key, (uint Event, uint Entity)[] pairs, uint? weight, uint? total) =>
        (Key, Pairs, Weight, Total) = (key, pairs, weight, total);

    /// <summary>The key column of the event table.</summary>
    public uint Key { get; }

    /// <summary>The columns of a join, of the event table and of the entity table; empty in a total.</summary>
    public IReadOnlyList<(uint Event, uint Entity)> Pairs { get; }

    /// <summary>The column of weights of the event table; null where each event counts 1.</summary>
    public uint? Weight { get; }

    /// <summary>The column of sums of the entity table; null in a join.</summary>
    public uint? Total { get; }

    /// <summary>The columns of the event table: key, pairs, weight.</summary>
    public int[] EventColumns =>
        [(int)Key, .. Pairs.Select(p => (int)p.Event), .. Weight is uint weight ? [(int)weight] : Array.Empty<int>()];

    /// <summary>The columns of the entity table: pairs or total.</summary>
    public int[] EntityColumns =>
        [.. Pairs.Select(p => (int)p.Entity), .. Total is uint total ? [(int)total] : Array.Empty<int>()];

    /// <exception cref="ArgumentException">No join; the message says why.</exception>
    public static Link Join(uint key, params (uint Event, uint Entity)[] pairs) => Create(key, pairs, null, null);

    /// <exception cref="ArgumentException">No total; the message says why.</exception>
    public static Link Totals(uint key, uint? weight, uint total) => Create(key, [], weight, total);

    private static Link Create(uint key, (uint Event, uint Entity)[] pairs, uint? weight, uint? total) =>
        TryCreate(key, pairs, weight, total, out Link? link, out string? reason)
            ? link
            : throw new ArgumentException(reason, nameof(key));

    /// <summary>Makes a link, or says why there is none.</summary>
    public static bool TryCreate(
        uint key,
        IReadOnlyList<(uint Event, uint Entity)> pairs,
        uint? weight,
        uint? total,
        [NotNullWhen(true)] out Link? link,
        [NotNullWhen(false)] out string? reason
    )
    {
        link = null;
        reason =
            pairs.Count >= TableAxes.MaxAxes ? $"a join has at most {TableAxes.MaxAxes - 1} pairs"
            : pairs.Count > 0 == total is not null || (pairs.Count > 0 && weight is not null)
                ? "a link is either a join, of pairs alone, or a total"
            : Repeats([key, .. pairs.Select(p => p.Event), .. weight is uint w ? [w] : Array.Empty<uint>()])
            || Repeats(pairs.Select(p => p.Entity))
                ? "a link needs distinct columns on each side"
            : null;
        link = reason is null ? new Link(key, [.. pairs], weight, total) : null;
        return link is not null;
    }

    /// <summary>Absorbs which columns are linked.</summary>
    public void Absorb(Transcript t)
    {
        t.AppendUInt64("key"u8, Key);
        t.AppendUInt64("pairs"u8, (ulong)Pairs.Count);
        foreach ((uint x, uint y) in Pairs)
        {
            t.AppendUInt64("event column"u8, x);
            t.AppendUInt64("entity column"u8, y);
        }

        t.AppendUInt64("weight"u8, Weight is uint weight ? weight + 1UL : 0);
        t.AppendUInt64("total"u8, Total is uint total ? total + 1UL : 0);
    }

    private static bool Repeats(IEnumerable<uint> columns) => columns.GroupBy(j => j).Any(g => g.Count() > 1);
}
