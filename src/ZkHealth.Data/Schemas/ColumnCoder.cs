using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Turns the texts of a source column into codes. Texts are compared without the white space around them, case and all.</summary>
internal abstract class ColumnCoder
{
    private readonly Dictionary<string, uint> _known = new(StringComparer.Ordinal);

    protected ColumnCoder(ColumnSchema column, string source, IReadOnlyList<string> missing)
    {
        (Column, Source) = (column, source);
        foreach (string text in missing)
        {
            _known[text.Trim()] = 0;
        }
    }

    public ColumnSchema Column { get; }

    /// <summary>The column's name in the source.</summary>
    public string Source { get; }

    /// <summary>What a known text looks like, for error messages.</summary>
    public abstract string Expected { get; }

    /// <summary>The code of a text, 0 where it says that there is no value, null where it is not known. What was decided is kept.</summary>
    public uint? Code(string text)
    {
        if (_known.TryGetValue(text, out uint code))
        {
            return code;
        }

        string trimmed = text.Trim();
        uint? found = _known.TryGetValue(trimmed, out code) ? code : Decide(trimmed);
        if (found is uint value && _known.Count < 1 << 16)
        {
            _known[text] = value;
        }

        return found;
    }

    /// <summary>The code of a text that is not one of the fixed ones.</summary>
    protected abstract uint? Decide(string text);

    /// <summary>Gives fixed texts their codes: the texts of item i have code i + 1.</summary>
    protected void Fix(IReadOnlyList<IReadOnlyList<string>> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            foreach (string text in texts[i])
            {
                if (!_known.TryAdd(text.Trim(), (uint)i + 1))
                {
                    throw new FormatException($"the text '{text}' has two meanings");
                }
            }
        }
    }

    protected static bool TryNumber(string text, out decimal number) => decimal.TryParse(
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

    protected override uint? Decide(string text) => null;
}

/// <summary>Whole numbers on a grid; 40.0 is a whole number.</summary>
internal sealed class IntegerCoder(IntegerColumn column, string source, IReadOnlyList<string> missing, RoundTo? round)
    : ColumnCoder(column, source, missing)
{
    public override string Expected =>
        string.Create(CultureInfo.InvariantCulture, $"a {(round is null ? "whole " : "")}number from {column.Min} to {column.Max}")
        + (column.Step > 1 && round is null ? string.Create(CultureInfo.InvariantCulture, $" in steps of {column.Step}") : "");

    protected override uint? Decide(string text)
    {
        if (!TryNumber(text, out decimal number) || number < column.Min || number > column.Max)
        {
            return null;
        }

        // code = 1 + (v − min)/step; min and max are below 2^63 and decimals hold 96 bits, so nothing overflows
        decimal steps = (number - column.Min) / column.Step;
        decimal whole = round == RoundTo.Nearest ? Math.Floor(steps + 0.5m) : Math.Floor(steps);
        return whole != steps && round is null ? null : (uint)Math.Min(whole + 1, column.Domain - 1);
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

    protected override uint? Decide(string text)
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
                return (uint)i + 1;
            }
        }

        return null;
    }
}
