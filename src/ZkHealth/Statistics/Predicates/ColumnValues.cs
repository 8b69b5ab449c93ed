using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Sets of values of one column as conditions write them.</summary>
internal sealed class ColumnValues(ColumnSchema column)
{
    private readonly ValueOrder? _order = ValueOrder.Of(column);

    /// <summary>The column's name, quoted where it is not a plain word.</summary>
    public string Name { get; } = Quoting.Name(column.Name);

    /// <summary>The number of values, "no value" not among them.</summary>
    public int Count => (int)column.Domain - 1;

    /// <summary>A value behind =; null where it is a number that stands for all larger ones as well.</summary>
    public string? Alone(uint code) =>
        _order?.Position(code) is int position and >= 0 ? _order.Text(position) : Quoting.Value(column.Label(code));

    public string InList(uint code) => Alone(code) ?? Quoting.Value(column.Label(code));

    /// <summary>A set as one comparison: one value, a range, or all codes that begin alike where there are more than a few; else
    /// null.</summary>
    public string? Summary(ReadOnlySpan<uint> codes, int few)
    {
        if (codes.Length == 1 && Alone(codes[0]) is string value)
        {
            return $"{Name} = {value}";
        }

        if (Run(codes) is (int first, int last))
        {
            return ValueOrRange(first, last);
        }

        return codes.Length > few ? Prefix(codes) : null;
    }

    /// <summary>The range from one code to another of a column with an order, or the value alone; null where neither end has a
    /// limit.</summary>
    public string? Between(uint first, uint last) => ValueOrRange(_order!.Position(first), _order.Position(last));

    /// <summary>The range, or value alone, of all that are not in a set; null where they are none or no range.</summary>
    public string? RangeOfOthers(ReadOnlySpan<uint> codes)
    {
        if (_order is null || _order.Count != Count || Run(codes) is not (int first, int last) || codes.Length == Count)
        {
            return null;
        }

        if (first == 0)
        {
            return ValueOrRange(last + 1, Count - 1);
        }

        return last == Count - 1 ? ValueOrRange(0, first - 1) : null;
    }

    /// <summary>The values that are not in a set, whose codes ascend.</summary>
    public uint[] Others(ReadOnlySpan<uint> codes)
    {
        var others = new uint[Count - codes.Length];
        for (int at = 0, i = 0, code = 1; at < others.Length; code++)
        {
            if (i < codes.Length && codes[i] == code)
            {
                i++;
            }
            else
            {
                others[at++] = (uint)code;
            }
        }

        return others;
    }

    /// <summary>The first and last position of values that follow each other in the order; null where they do not.</summary>
    private (int First, int Last)? Run(ReadOnlySpan<uint> codes)
    {
        if (_order is null)
        {
            return null;
        }

        (int first, int last) = (int.MaxValue, -1);
        foreach (uint code in codes)
        {
            int position = _order.Position(code);
            if (position < 0)
            {
                return null;
            }

            (first, last) = (Math.Min(first, position), Math.Max(last, position));
        }

        return last - first + 1 == codes.Length ? (first, last) : null;
    }

    private string? ValueOrRange(int first, int last) =>
        first == last && Alone(_order!.Code(first)) is string value ? $"{Name} = {value}" : Range(first, last);

    /// <summary>A range from one position to another; null where neither end has a limit.</summary>
    private string? Range(int first, int last)
    {
        (string? from, string? to) = (_order!.FromText(first), _order.ToText(last));
        bool fromStart = first == 0,
            toEnd = last == _order.Count - 1;
        return (from, to) switch
        {
            (not null, _) when toEnd => $"{Name} >= {from}",
            (_, not null) when fromStart => $"{Name} <= {to}",
            (not null, not null) => $"{Name} between {from} and {to}",
            _ => null,
        };
    }

    /// <summary>The longest text with which all codes of a set begin, where no other code of the column begins so.</summary>
    private string? Prefix(ReadOnlySpan<uint> codes)
    {
        if (column is not CategoryColumn categories)
        {
            return null;
        }

        ReadOnlySpan<char> prefix = categories.Categories[(int)codes[0] - 1].Code;
        foreach (uint code in codes)
        {
            prefix = prefix[..prefix.CommonPrefixLength(categories.Categories[(int)code - 1].Code)];
        }

        if (prefix.Length > 0 && char.IsHighSurrogate(prefix[^1]))
        {
            prefix = prefix[..^1];
        }

        // a per cent sign within could not be told from the one that stands for any ending
        if (prefix.IsEmpty || prefix.Contains('%'))
        {
            return null;
        }

        int begin = 0;
        foreach (Category category in categories.Categories)
        {
            begin += category.Code.AsSpan().StartsWith(prefix, StringComparison.Ordinal) ? 1 : 0;
        }

        return begin == codes.Length ? $"{Name} like {Quoting.Value(prefix.ToString() + "%")}" : null;
    }
}
