using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A step of a plan: how it derives columns from others.</summary>
internal abstract record PlanStep;

/// <summary>target = f(sources) in every row of a table, f given by all its tuples (sources and then target).</summary>
internal sealed record MapStep(string Table, IReadOnlyList<int> Sources, int Target, IReadOnlyList<IReadOnlyList<long>> Tuples)
    : PlanStep;

/// <summary>A step along a key, a column of the events that counts rows of the entities.</summary>
internal abstract record LinkStep(string Events, string Entities, int Key) : PlanStep;

/// <summary>Columns of the events, each equal to the column of the entity that the key names.</summary>
internal sealed record JoinStep(string Events, string Entities, int Key, IReadOnlyList<(int Target, int Source)> Pairs)
    : LinkStep(Events, Entities, Key);

/// <summary>A column of the entities that holds the sums of the weights of the events that name each; without weight, their
/// number.</summary>
internal sealed record TotalStep(string Events, string Entities, int Key, int? Weight, int Total)
    : LinkStep(Events, Entities, Key);

/// <summary>A cube of a table along columns.</summary>
internal sealed record PlanCube(string Table, IReadOnlyList<int> Columns);

/// <summary>A question about a cube: for each number one weight for each cell.</summary>
internal sealed record PlanQuestion(int Cube, IReadOnlyList<IReadOnlyList<long>> Weights)
{
    /// <summary>The rule by which numbers are withheld; null where all are shown.</summary>
    public PlanGroups? Groups { get; init; }
}

/// <summary>
/// The numbers of a question in groups, of which the first counts a group's rows. A group of fewer rows than
/// <paramref name="Least"/> is withheld, and proven to be one of fewer; all others are shown.
/// </summary>
/// <param name="Width">The numbers of a group.</param>
/// <param name="Least">The least rows of a group that is shown.</param>
internal readonly record struct PlanGroups(int Width, long Least);

/// <summary>The number of a segment and how many the data set is cut into.</summary>
internal readonly record struct PlanSegment(int Index, int Count);

/// <summary>
/// A question over derived columns: which tables, how columns are derived from them, which cubes are made and what is asked of
/// them (docs/derived.md). Made by
/// <see cref="PlanBuilder"/>.
/// </summary>
public sealed class Plan
{
    private byte[]? _encoding;

    internal Plan() { }

    /// <summary>The tables by role.</summary>
    internal IReadOnlyDictionary<string, PlanTable> Tables { get; init; } = new Dictionary<string, PlanTable>();

    /// <summary>The steps in their order.</summary>
    internal IReadOnlyList<PlanStep> Steps { get; init; } = [];

    internal IReadOnlyList<PlanCube> Cubes { get; init; } = [];

    internal IReadOnlyList<PlanQuestion> Asked { get; init; } = [];

    /// <summary>The segment of a data set that is cut; null where it is whole.</summary>
    internal PlanSegment? Segment { get; init; }

    /// <summary>The plan as that of the first of so many segments; of one it is the plan itself.</summary>
    internal Plan OfFirst(int segments) => segments == 1 ? this : With(Tables, new PlanSegment(0, segments));

    /// <summary>The plan of another segment, of which the first's is this one: its tables and the roots that keys name alone
    /// differ.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="tables">Its tables by role, with their roots in hexadecimal.</param>
    /// <exception cref="ArgumentException">The tables are not like those of the first segment.</exception>
    internal Plan OfSegment(int index, IReadOnlyDictionary<string, (string Root, TableCommitment Table)> tables)
    {
        PlanSegment first = Segment ?? throw new ArgumentException("the plan is not that of a segment");
        Dictionary<string, PlanColumn[]> columns = Tables.ToDictionary(
            t => t.Key,
            t => PlanTables.WithKeysOf(t.Value.Columns, tables[t.Key].Table),
            StringComparer.Ordinal
        );

        // a derived key is joined from a committed one, and names the same table
        var named = Tables
            .SelectMany(t => t.Value.Columns.Zip(columns[t.Key]))
            .Where(c => c.First.Of is not null)
            .DistinctBy(c => c.First.Of)
            .ToDictionary(c => c.First.Of!, c => c.Second.Of!, StringComparer.Ordinal);
        PlanColumn Derived(PlanColumn c) => c.Of is string of && named.TryGetValue(of, out string? own) ? c with { Of = own } : c;
        return With(
            Tables.ToDictionary(
                t => t.Key,
                t =>
                    t.Value with
                    {
                        Root = tables[t.Key].Root,
                        Rows = tables[t.Key].Table.Rows,
                        Columns = columns[t.Key],
                        Derived = [.. t.Value.Derived.Select(Derived)],
                    },
                StringComparer.Ordinal
            ),
            first with
            {
                Index = index,
            }
        );
    }

    private Plan With(IReadOnlyDictionary<string, PlanTable> tables, PlanSegment segment) =>
        new()
        {
            Tables = tables,
            Steps = Steps,
            Cubes = Cubes,
            Asked = Asked,
            Segment = segment,
        };

    /// <summary>The plan as canonical JSON (RFC 8785).</summary>
    public ReadOnlyMemory<byte> Encode() => _encoding ??= PlanJson.Write(this);

    /// <summary>SHA-256 of the encoding, 32 bytes: what the label of every statistic over it holds.</summary>
    public byte[] Digest() => SHA256.HashData(Encode().Span);

    /// <summary>Decodes a plan in canonical form; anything else is refused, with a reason. Whether it breaks a rule is another
    /// question.</summary>
    /// <param name="bytes">Canonical JSON.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="reason">Why there is none.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Plan? plan,
        [NotNullWhen(false)] out string? reason
    ) => PlanReader.TryDecode(bytes, out plan, out reason);
}
