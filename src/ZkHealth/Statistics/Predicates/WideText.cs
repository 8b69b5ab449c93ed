using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Conditions about both columns of a wide one in words, as they were asked: by its name, and its values.</summary>
internal static class WideText
{
    /// <summary>The endings of the columns in which wide ones are committed.</summary>
    private static readonly string[] Endings = ["/1024", "%1024", " year", " day"];

    /// <summary>A comparison is compiled to fewer conditions; a stranger's is not looked at for long.</summary>
    public const int MostNodes = 16;

    private const int MostKinds = 8;

    /// <summary>The wide column about which alone a condition is, or about one of whose two; null where there is none.</summary>
    public static WideColumn? ColumnOf(Predicate condition, TableSchema schema)
    {
        WideColumn? found = null;
        foreach (string column in condition.Columns)
        {
            string? name = Endings
                .Where(e => column.EndsWith(e, StringComparison.Ordinal))
                .Select(e => column[..^e.Length])
                .FirstOrDefault();
            if (name is null || (found is not null && found.Whole.Name != name))
            {
                return null;
            }

            // a column that is committed under that name is another one
            found ??= schema.IndexOf(name) < 0 ? WideColumn.Find(schema, name) : null;
            if (found is null || (column != found.High.Name && column != found.Low.Name))
            {
                return null;
            }
        }

        return found;
    }

    /// <summary>The condition as one comparison of the wide column; null where it is none.</summary>
    /// <remarks>Who has a value in one of the two columns alone, has none: the import makes no such row.</remarks>
    public static string? Of(Predicate condition, TableSchema schema)
    {
        if (
            condition.Nodes > MostNodes
            || ColumnOf(condition, schema) is not WideColumn wide
            || condition.Columns.Distinct().Count() < 2
            || !condition.Fits(schema)
            || Runs(condition, wide) is not { Count: 1 or 2 } runs
        )
        {
            return null;
        }

        var values = new ColumnValues(wide.Whole);
        uint end = wide.Whole.Domain - 1;
        if (runs is [(uint first, uint last)])
        {
            return (first, last) == (1, end) ? values.Name + " is known" : values.Between(first, last);
        }

        // all but a range
        (uint from, uint to) = (runs[0].Last + 1, runs[1].First - 1);
        return (runs[0].First, runs[1].Last) != (1, end) ? null
            : from == to ? $"{values.Name} != {values.Alone(from)}"
            : values.Between(from, to) is string range ? "not " + range
            : null;
    }

    /// <summary>The ranges of codes for which a condition holds, up to three; null where it holds without a value, or tells too
    /// many quotients apart.</summary>
    private static List<(uint First, uint Last)>? Runs(Predicate condition, WideColumn wide)
    {
        var leaves = new Dictionary<Predicate, bool[]>(ReferenceEqualityComparer.Instance);
        AddLeaves(condition, wide, leaves);
        bool[][] high = [.. leaves.Where(l => l.Key.Columns.First() == wide.High.Name).Select(l => l.Value)];
        if (Holds(condition, leaves, wide, 0, 0))
        {
            return null;
        }

        // quotients of which every comparison says the same have the same remainders
        var byKind = new Dictionary<uint, List<(uint First, uint Last)>>();
        var runs = new List<(uint First, uint Last)>();
        for (uint h = 1; h < wide.High.Domain && runs.Count < 3; h++)
        {
            uint kind = 0;
            for (int i = 0; i < high.Length; i++)
            {
                kind |= high[i][h] ? 1u << i : 0;
            }

            if (!byKind.TryGetValue(kind, out List<(uint First, uint Last)>? lows))
            {
                if (byKind.Count == MostKinds)
                {
                    return null;
                }

                lows = byKind[kind] = Lows(condition, leaves, wide, h);
            }

            foreach ((uint first, uint last) in lows)
            {
                uint end = last;
                while (end >= first && wide.Code(h, end) == 0)
                {
                    end--;
                }

                if (end >= first)
                {
                    Add(runs, wide.Code(h, first), wide.Code(h, end));
                }
            }
        }

        return runs;
    }

    private static void Add(List<(uint First, uint Last)> runs, uint first, uint last)
    {
        if (runs.Count > 0 && runs[^1].Last + 1 == first)
        {
            runs[^1] = (runs[^1].First, last);
        }
        else
        {
            runs.Add((first, last));
        }
    }

    /// <summary>The ranges of remainders for which a condition holds beside a quotient.</summary>
    private static List<(uint First, uint Last)> Lows(
        Predicate condition,
        Dictionary<Predicate, bool[]> leaves,
        WideColumn wide,
        uint high
    )
    {
        var lows = new List<(uint First, uint Last)>();
        for (uint low = 1; low < wide.Low.Domain; low++)
        {
            if (Holds(condition, leaves, wide, high, low))
            {
                Add(lows, low, low);
            }
        }

        return lows;
    }

    /// <summary>For each comparison, for which codes of its column it holds.</summary>
    private static void AddLeaves(Predicate condition, WideColumn wide, Dictionary<Predicate, bool[]> leaves)
    {
        if (condition is JoinedPredicate join)
        {
            foreach (Predicate term in join.Terms)
            {
                AddLeaves(term, wide, leaves);
            }

            return;
        }

        bool[] holds = new bool[condition.Columns.First() == wide.High.Name ? wide.High.Domain : wide.Low.Domain];
        ColumnPredicate? comparison = condition as ColumnPredicate;
        Array.Fill(holds, comparison is null || !comparison.IsIn);
        holds[0] = false;
        foreach (uint code in comparison is null ? [] : comparison.Codes)
        {
            holds[code] = comparison!.IsIn;
        }

        leaves[condition] = holds;
    }

    private static bool Holds(Predicate condition, Dictionary<Predicate, bool[]> leaves, WideColumn wide, uint high, uint low) =>
        condition is JoinedPredicate join
            ? join.IsAnd
                ? join.Terms.All(t => Holds(t, leaves, wide, high, low))
                : join.Terms.Any(t => Holds(t, leaves, wide, high, low))
            : leaves[condition][condition.Columns.First() == wide.High.Name ? high : low];
}
