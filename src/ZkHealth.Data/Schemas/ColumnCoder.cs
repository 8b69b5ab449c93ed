using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Something to count about how a text became a code.</summary>
internal enum CodeNote : byte
{
    /// <summary>The code says exactly what the text says.</summary>
    None,

    /// <summary>The text is one of those that mean "no value".</summary>
    Missing,

    /// <summary>The number was rounded to the column's grid.</summary>
    Rounded,

    /// <summary>The number lay beyond an end that takes in all beyond it (a top code).</summary>
    Clamped,
}

/// <summary>A text's code, and what there is to count about it.</summary>
internal readonly record struct Coded(uint Code, CodeNote Note = CodeNote.None);

/// <summary>Turns the texts of a source column into codes. Texts are compared without the white space around them, case and all.</summary>
internal abstract class ColumnCoder
{
    private const int CacheSize = 1 << 16;

    private readonly Dictionary<string, Coded> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Coded>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    protected ColumnCoder(ColumnSchema column, string source, IReadOnlyList<string> missing)
    {
        (Column, Source) = (column, source);
        _lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in missing)
        {
            _known[text.Trim()] = new Coded(0, CodeNote.Missing);
        }
    }

    public ColumnSchema Column { get; }

    /// <summary>The column's name in the source.</summary>
    public string Source { get; }

    /// <summary>What a known text looks like, for error messages.</summary>
    public abstract string Expected { get; }

    /// <summary>The code of a text, 0 where it says that there is no value, null where it is not known. What was decided is kept.</summary>
    public Coded? Code(ReadOnlySpan<char> text)
    {
        if (_lookup.TryGetValue(text, out Coded known))
        {
            return known;
        }

        ReadOnlySpan<char> trimmed = text.Trim();
        Coded? found = _lookup.TryGetValue(trimmed, out known) ? known : Decide(trimmed);
        if (found is Coded decided && _known.Count < CacheSize)
        {
            _lookup[text] = decided;
        }

        return found;
    }

    /// <summary>The code of a text that is not one of the fixed ones; null where it is not known.</summary>
    protected abstract Coded? Decide(ReadOnlySpan<char> text);

    /// <summary>Gives fixed texts their codes: the texts of item i have code i + 1.</summary>
    protected void Fix(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            foreach (string text in texts[i])
            {
                if (!_known.TryAdd(text.Trim(), new Coded((uint)i + 1)))
                {
                    throw new FormatException($"the text '{text}' has two meanings");
                }
            }
        }
    }

    protected static bool TryNumber(ReadOnlySpan<char> text, out decimal number) => decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}

/// <summary>Fixed texts: categories, yes and no.</summary>
internal sealed class TextCoder : ColumnCoder
{
    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;

    public TextCoder(ColumnSchema column, string source, IReadOnlyList<string> missing, IReadOnlyList<IReadOnlyList<string>> texts)
        : base(column, source, missing)
    {
        _texts = texts;
        Fix(texts);
    }

    public override string Expected
    {
        get
        {
            string[] all = [.. _texts.SelectMany(t => t)];
            return "one of " + string.Join(", ", all.Take(12).Select(t => $"'{t}'")) + (all.Length > 12 ? ", …" : "");
        }
    }

    protected override Coded? Decide(ReadOnlySpan<char> text) => null;
}

/// <summary>Whole numbers on a grid; 40.0 is a whole number.</summary>
internal sealed class IntegerCoder(NumberColumn column, string source, IReadOnlyList<string> missing, RoundTo? round)
    : ColumnCoder(column, source, missing)
{
    public override string Expected =>
        string.Create(CultureInfo.InvariantCulture, $"a {(round is null ? "whole " : "")}number from {column.Min} to {column.Max}")
        + (column.Step > 1 && round is null ? string.Create(CultureInfo.InvariantCulture, $" in steps of {column.Step}") : "");

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (!TryNumber(text, out decimal number) || number < column.Min || number > column.Max)
        {
            return null;
        }

        // code = 1 + (v − min)/step; min and max are below 2^63 and decimals hold 96 bits, so nothing overflows
        decimal steps = (number - column.Min) / column.Step;
        decimal whole = round == RoundTo.Nearest ? Math.Floor(steps + 0.5m) : Math.Floor(steps);
        if (whole == steps)
        {
            return new Coded((uint)whole + 1);
        }

        return round is null ? null : new Coded((uint)Math.Min(whole + 1, column.Domain - 1), CodeNote.Rounded);
    }
}

/// <summary>Bands: fixed texts, else the band that holds the whole part of a number.</summary>
internal sealed class BandCoder : ColumnCoder
{
    private readonly BandColumn _column;
    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;

    public BandCoder(BandColumn column, string source, IReadOnlyList<string> missing, IReadOnlyList<IReadOnlyList<string>> texts)
        : base(column, source, missing)
    {
        (_column, _texts) = (column, texts);
        for (int i = 0; i < texts.Count; i++)
        {
            if (texts[i].Count == 0 && column.Bands[i] is { From: null, To: null })
            {
                throw new FormatException($"the band '{column.Bands[i].Label}' has neither numbers nor texts");
            }
        }

        Fix(texts);
    }

    public override string Expected
    {
        get
        {
            string[] ranges = [.. _column.Bands.Where(b => b.From is not null || b.To is not null).Select(b => b.Label).Take(12)];
            string[] texts = [.. _texts.SelectMany(t => t).Take(12).Select(t => $"'{t}'")];
            return string.Join(" or ", ((string[])[
                ranges.Length > 0 ? "a number in one of the bands " + string.Join(", ", ranges) : "",
                texts.Length > 0 ? "one of " + string.Join(", ", texts) : ""]).Where(s => s.Length > 0));
        }
    }

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (!TryNumber(text, out decimal number))
        {
            return null;
        }

        decimal whole = Math.Floor(number);
        for (int i = 0; i < _column.Bands.Count; i++)
        {
            Band band = _column.Bands[i];
            if ((band.From is not null || band.To is not null) && whole >= (band.From ?? decimal.MinValue) && whole <= (band.To ?? decimal.MaxValue))
            {
                return new Coded((uint)i + 1);
            }
        }

        return null;
    }
}
