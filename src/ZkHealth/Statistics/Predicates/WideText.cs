using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// Conditions about both columns of a wide one in words, as they were asked: by its name, and its values. One serves for a whole
/// description: a stranger's may have hundreds of conditions, each of which would take its time, and once the steps that one
/// description may take are used up, conditions are described as they stand.
/// </summary>
internal sealed class WideText(TableSchema schema)
{
    /// <summary>A comparison is compiled to fewer conditions; a stranger's is not looked at for long.</summary>
    public const int MostNodes = 16;

    /// <summary>Some 10 ms. A comparison of a wide column takes 2 for each value of its two columns, and a few.</summary>
    public const int MostSteps = 1 << 20;

    private const int MostKinds = 8;

    private readonly Dictionary<string, WideColumn?> _columns = new(StringComparer.Ordinal);

    /// <summary>The steps that are left: values and conditions looked at.</summary>
    public long Left { get; private set; } = MostSteps;

    /// <summary>The wide column about which alone a condition is, or about one of whose two; null where there is none.</summary>
    public WideColumn? ColumnOf(Predicate condition)
    {
        WideColumn? found = null;
        foreach (string column in condition.Columns)
        {
            string? name = WideColumn.WholeOf(column);
            if (name is null || (found is not null && found.Whole.Name != name))
            {
                return null;
            }

            found ??= Named(name);
            if (found is null || (column != found.High.Name && column != found.Low.Name))
            {
                return null;
            }
        }

        return found;
    }

    /// <summary>The name of the wide column whose quotients or years a column holds, in which it has a value where it has one;
    /// null where it is none.</summary>
    public string? NameOfHigh(string column) =>
        WideColumn.WholeOf(column) is string name && Named(name) is WideColumn wide && wide.High.Name == column ? name : null;

    private WideColumn? Named(string name)
    {
        if (!_columns.TryGetValue(name, out WideColumn? column))
        {
            // a column that is committed under that name is another one
            _columns[name] = column = schema.IndexOf(name) < 0 ? WideColumn.Find(schema, name) : null;
        }

        return column;
    }

    /// <summary>Takes steps; once there were too few there are none.</summary>
    private bool TrySpend(long steps)
    {
        bool isLeft = steps <= Left;
        Left = isLeft ? Left - steps : 0;
        return isLeft;
    }

    /// <summary>The condition as one comparison of the wide column; null where it is none (one of remainders alone is not), or no
    /// steps are left.</summary>
    /// <remarks>Who has a value in one of the two columns alone, has none: the import makes no such row.</remarks>
    public string? Of(Predicate condition)
    {
        if (
            condition.Nodes > MostNodes
            || ColumnOf(condition) is not WideColumn wide
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
        if ((runs[0].First, runs[1].Last) != (1, end))
        {
            return null;
        }

        if (from == to)
        {
            return $"{values.Name} != {values.Alone(from)}";
        }

        if (values.Between(from, to) is string range)
        {
            return "not " + range;
        }

        return null;
    }

    /// <summary>The ranges of codes for which a condition holds, up to three; null where it holds without a value, tells too
    /// many quotients apart, or no steps are left.</summary>
    private List<(uint First, uint Last)>? Runs(Predicate condition, WideColumn wide)
    {
        var leaves = new Dictionary<Predicate, int>(ReferenceEqualityComparer.Instance);
        AddLeaves(condition, leaves);
        if (!TrySpend((long)leaves.Count * Math.Max(wide.High.Domain, wide.Low.Domain)) || Holds(condition, leaves, 0))
        {
            return null;
        }

        // codes of which every comparison says the same are alike
        uint[] high = Masks(leaves, wide.High),
            low = Masks(leaves, wide.Low);
        var byKind = new Dictionary<uint, List<(uint First, uint Last)>>();
        var runs = new List<(uint First, uint Last)>();
        for (uint h = 1; h < wide.High.Domain && runs.Count < 3; h++)
        {
            if (!byKind.TryGetValue(high[h], out List<(uint First, uint Last)>? lows))
            {
                if (byKind.Count == MostKinds || Lows(condition, leaves, high[h], low) is not { } found)
                {
                    return null;
                }

                lows = byKind[high[h]] = found;
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

    /// <summary>The ranges of remainders for which a condition holds beside quotients of a kind; null where no steps are
    /// left.</summary>
    private List<(uint First, uint Last)>? Lows(Predicate condition, Dictionary<Predicate, int> leaves, uint kind, uint[] masks)
    {
        if (!TrySpend(masks.Length))
        {
            return null;
        }

        var holds = new Dictionary<uint, bool>();
        var lows = new List<(uint First, uint Last)>();
        for (uint low = 1; low < masks.Length; low++)
        {
            if (!holds.TryGetValue(masks[low], out bool isIn))
            {
                if (!TrySpend(condition.Nodes))
                {
                    return null;
                }

                holds[masks[low]] = isIn = Holds(condition, leaves, kind | masks[low]);
            }

            if (isIn)
            {
                Add(lows, low, low);
            }
        }

        return lows;
    }

    /// <summary>Numbers the comparisons.</summary>
    private static void AddLeaves(Predicate condition, Dictionary<Predicate, int> leaves)
    {
        if (condition is not JoinedPredicate join)
        {
            leaves.TryAdd(condition, leaves.Count);
            return;
        }

        foreach (Predicate term in join.Terms)
        {
            AddLeaves(term, leaves);
        }
    }

    /// <summary>For each code of a column the comparisons of it that hold, each a bit.</summary>
    private static uint[] Masks(Dictionary<Predicate, int> leaves, ColumnSchema column)
    {
        var masks = new uint[column.Domain];
        foreach ((Predicate leaf, int number) in leaves.Where(l => l.Key.Columns.First() == column.Name))
        {
            uint bit = 1u << number;
            ColumnPredicate? comparison = leaf as ColumnPredicate;
            bool isIn = comparison is { IsIn: true };
            for (int code = 1; code < masks.Length && !isIn; code++)
            {
                masks[code] |= bit;
            }

            foreach (uint code in comparison is null ? [] : comparison.Codes)
            {
                masks[code] = isIn ? masks[code] | bit : masks[code] & ~bit;
            }
        }

        return masks;
    }

    private static bool Holds(Predicate condition, Dictionary<Predicate, int> leaves, uint mask) =>
        condition is JoinedPredicate join
            ? join.IsAnd
                ? join.Terms.All(t => Holds(t, leaves, mask))
                : join.Terms.Any(t => Holds(t, leaves, mask))
            : (mask >> leaves[condition] & 1) == 1;
}
