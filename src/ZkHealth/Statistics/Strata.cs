using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Words for a list of rates that follow from their conditions alone: what all of them count, among
/// which rows all of them do, and for each the conditions that are its own.
/// </summary>
internal sealed class Strata
{
    /// <summary>Words for rates.</summary>
    /// <exception cref="ArgumentException">No rate, or conditions that do not fit the schema.</exception>
    public Strata(TableSchema schema, IReadOnlyList<RateStatistic> rates)
    {
        ArgumentNullException.ThrowIfNull(rates);
        if (rates.Count == 0)
        {
            throw new ArgumentException("expected one or more rates", nameof(rates));
        }

        Predicate numerator = rates[0].Numerator;
        bool isOne = rates.All(p => p.Numerator.Equals(numerator));
        Predicate[][] among = [.. rates.Select(p => Terms(p.Denominator))];
        var shared = among[0].ToHashSet();
        foreach (Predicate[] terms in among.AsSpan(1))
        {
            shared.IntersectWith(terms);
        }

        Counted = isOne ? numerator.Describe(schema) : null;
        Among = Describe(schema, among[0].Where(shared.Contains));
        Own =
        [
            .. rates.Select(
                (p, k) =>
                    string.Join(
                        ", among ",
                        new[]
                        {
                            isOne ? null : p.Numerator.Describe(schema),
                            Describe(schema, among[k].Where(t => !shared.Contains(t))),
                        }.Where(t => t is not null)
                    )
            ),
        ];
    }

    /// <summary>The condition that every rate counts; null where they count different ones.</summary>
    public string? Counted { get; }

    /// <summary>The conditions that the denominators of all have in common; null where there are none.</summary>
    public string? Among { get; }

    /// <summary>
    /// For each rate what it counts, where they count different things, and the conditions of its denominator that not all
    /// share; empty where it has none of its own.
    /// </summary>
    public IReadOnlyList<string> Own { get; }

    private static Predicate[] Terms(Predicate condition) =>
        condition is JoinedPredicate { IsAnd: true } all ? [.. all.Terms] : [condition];

    private static string? Describe(TableSchema schema, IEnumerable<Predicate> terms) =>
        terms.ToArray() is { Length: > 0 } some ? Predicate.All(some).Describe(schema) : null;
}
