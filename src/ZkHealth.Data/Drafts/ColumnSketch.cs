using System.Text.RegularExpressions;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// Observations of one reading of a column about its texts: how many rows have which, and of which kinds all of them could be.
/// It is no coder of a table, it only looks.
/// </summary>
/// <param name="header">The column.</param>
/// <param name="room">What the texts of all columns may take.</param>
/// <param name="keepsSpace">Whether texts are kept with the white space around them, which alone is then one that says that there
/// is no value.</param>
internal sealed partial class ColumnSketch(string header, TextRoom room, bool keepsSpace = false)
    : ColumnCoder(new SourceColumn(header, header, []), 2)
{
    /// <summary>So many texts that differ are counted one by one.</summary>
    private const int MaxTexts = 4096;

    // such texts say in words that there is no value
    private static readonly HashSet<string> Absent = new(StringComparer.OrdinalIgnoreCase)
    {
        "NA",
        "N/A",
        "#N/A",
        "NULL",
        "NaN",
        ".",
        "?",
        "-",
    };

    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _absent = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _top = new(StringComparer.Ordinal);
    private readonly List<DateSketch> _dates =
    [
        new(DateFormat.Iso),
        new(DateFormat.YearFirst),
        new(DateFormat.DayFirst),
        new(DateFormat.MonthFirst),
        new(DateFormat.Compact),
    ];

    /// <summary>The rows with a text that does not say that there is no value.</summary>
    public long Rows { get; private set; }

    /// <summary>The rows without a text.</summary>
    public long Empty { get; private set; }

    /// <summary>The texts that say in words that there is no value.</summary>
    public IReadOnlyCollection<string> AbsentTexts => _absent;

    /// <summary>The rows with such a text.</summary>
    public long AbsentRows { get; private set; }

    /// <summary>The rows with white space before or behind a text.</summary>
    public long Padded { get; private set; }

    /// <summary>The forms of its texts.</summary>
    public TextForms Forms { get; } = new();

    /// <summary>The other texts with their numbers of rows; not all of them where <see cref="IsMany"/>.</summary>
    public IReadOnlyDictionary<string, long> Texts => _texts;

    /// <summary>Tells whether more texts differ than are counted.</summary>
    public bool IsMany { get; private set; }

    /// <summary>Texts such as 90+ and &gt;89.</summary>
    public IReadOnlyCollection<string> TopTexts => _top;

    /// <summary>The texts as numbers with a decimal point, top codes aside.</summary>
    public NumberSketch Point { get; } = new(NumberFormat.Invariant);

    /// <summary>The texts as numbers with a decimal comma and points between thousands.</summary>
    public NumberSketch Comma { get; } = new(new NumberFormat(',', '.'));

    /// <summary>Tells whether a number begins with a zero that says nothing, as codes and identifiers do.</summary>
    public bool HasLeadingZeros { get; private set; }

    /// <summary>Tells whether every point stands before three digits, as between thousands.</summary>
    public bool LooksLikeThousands { get; private set; } = true;

    /// <summary>Tells whether every comma stands before three digits, as between thousands.</summary>
    public bool LooksLikeCommaThousands { get; private set; } = true;

    /// <summary>The texts as dates of each format in which they are dates, but for a few.</summary>
    public IReadOnlyList<DateSketch> Dates => [.. _dates.Where(d => d.Others.AreFew)];

    /// <summary>The formats in which every text is a date.</summary>
    public IReadOnlyList<DateFormat> DateFormats => [.. _dates.Where(d => d.Others.Count == 0).Select(d => d.Format)];

    public override string Expected => "anything";

    public override bool SameTextSameCode => false;

    public override Coded? Code(ReadOnlySpan<char> text)
    {
        int length = text.Trim().Length;
        Padded += length > 0 && length < text.Length ? 1 : 0;
        return keepsSpace ? Decide(text) : base.Code(text);
    }

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            Empty++;
            return new Coded(0, CodeNote.Missing);
        }

        string kept = text.ToString(),
            trimmed = kept.Trim();
        if (trimmed.Length == 0 || Absent.Contains(trimmed))
        {
            _absent.Add(kept);
            AbsentRows++;
            return new Coded(0, CodeNote.Missing);
        }

        Rows++;
        if (_texts.TryGetValue(kept, out long rows))
        {
            _texts[kept] = rows + 1;
            return new Coded(1);
        }

        Look(trimmed);
        IsMany |= _texts.Count == MaxTexts || !room.TryTake(kept);
        if (!IsMany)
        {
            _texts.Add(kept, 1);
        }

        return new Coded(1);
    }

    private void Look(string text)
    {
        Forms.Look(text);
        if (TopCode().IsMatch(text))
        {
            _ = _top.Count < MaxTexts && _top.Add(text);
            _dates.Clear();
            return;
        }

        Point.Look(text);
        Comma.Look(text);
        HasLeadingZeros |= LeadingZero().IsMatch(text);
        LooksLikeThousands &= !text.Contains('.', StringComparison.Ordinal) || Thousands().IsMatch(text);
        LooksLikeCommaThousands &= !text.Contains(',', StringComparison.Ordinal) || CommaThousands().IsMatch(text);
        _dates.ForEach(d => d.Look(text));
        _dates.RemoveAll(d => d.Others.AreMany);
    }

    [GeneratedRegex(@"^(>=?|≥)\s*\d+$|^\d+\s*\+$")]
    private static partial Regex TopCode();

    [GeneratedRegex(@"^[+-]?0\d")]
    private static partial Regex LeadingZero();

    [GeneratedRegex(@"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$")]
    private static partial Regex Thousands();

    [GeneratedRegex(@"^[+-]?\d{1,3}(,\d{3})+$")]
    private static partial Regex CommaThousands();
}

/// <summary>The memory that the texts of all columns of a file may take together: some 100 MiB.</summary>
internal sealed class TextRoom
{
    private const int MaxLength = 256;

    private long _left = 1 << 26;

    /// <summary>Takes room for a text; false where there is none, or the text is too long to be one that repeats.</summary>
    public bool TryTake(string text)
    {
        bool fits = text.Length <= MaxLength && _left > 0;
        _left -= fits ? text.Length + 64 : 0;
        return fits;
    }
}

/// <summary>Texts that are not what all others of a column are, as a person mistypes a number.</summary>
internal sealed class OtherTexts
{
    private const int Most = 20;

    private long _looked;

    /// <summary>The number of distinct texts; those that repeat count once, as far as they are kept.</summary>
    public long Count { get; private set; }

    /// <summary>The first of them.</summary>
    public string First { get; private set; } = "";

    /// <summary>Tells whether they are too many to be mistakes, whatever follows.</summary>
    public bool AreMany => Count > Most;

    /// <summary>Tells whether they are none, or so few beside the others that they may be mistakes.</summary>
    public bool AreFew => !AreMany && Count * 20 <= _looked && Count < _looked;

    /// <summary>Counts a text.</summary>
    public void Look(string text, bool isOther)
    {
        _looked++;
        if (isOther)
        {
            First = Count == 0 ? text : First;
            Count++;
        }
    }
}

/// <summary>Texts looked at as dates of one format.</summary>
internal sealed class DateSketch(DateFormat format)
{
    /// <summary>Days before this year and after <see cref="LastYear"/> are none.</summary>
    public const int FirstYear = 1850,
        LastYear = 2100;

    public DateFormat Format => format;

    /// <summary>The texts that are no such dates.</summary>
    public OtherTexts Others { get; } = new();

    public DateOnly First { get; private set; } = DateOnly.MaxValue;

    public DateOnly Last { get; private set; } = DateOnly.MinValue;

    public void Look(string text)
    {
        bool read = DateText.TryConvert(text, format, out DateOnly day) && day.Year is >= FirstYear and <= LastYear;
        Others.Look(text, !read);
        if (read)
        {
            (First, Last) = (day < First ? day : First, day > Last ? day : Last);
        }
    }
}

/// <summary>Texts looked at as numbers of one form.</summary>
internal sealed class NumberSketch(NumberFormat format)
{
    private static readonly Int128 Most = NumberText.Units(1_000_000_000_000_000_000, NumberColumn.MaxScale);

    public NumberFormat Format => format;

    /// <summary>The texts that are no numbers.</summary>
    public OtherTexts Others { get; } = new();

    public bool All => Others.Count == 0;

    /// <summary>Tells whether there is one.</summary>
    public bool Any { get; private set; }

    public decimal Min { get; private set; } = decimal.MaxValue;

    public decimal Max { get; private set; } = decimal.MinValue;

    /// <summary>The most digits behind the point that say something, at most <see cref="NumberColumn.MaxScale"/>.</summary>
    public int Decimals { get; private set; }

    /// <summary>Tells whether a number has more digits than that.</summary>
    public bool IsFiner { get; private set; }

    public void Look(string text)
    {
        bool read = TryValue(text, out decimal value, out bool finer);
        Others.Look(text, !read);
        if (!read)
        {
            return;
        }

        (Any, IsFiner) = (true, IsFiner || finer);
        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
        while (Decimals < NumberColumn.MaxScale && decimal.Round(value, Decimals) != value)
        {
            Decimals++;
        }
    }

    public bool TryValue(string text, out decimal value, out bool finer)
    {
        bool read =
            NumberText.TryCut(text, format, NumberColumn.MaxScale, out Int128 units, out Rest rest) && Int128.Abs(units) <= Most;
        (value, finer) = (read ? (decimal)units / 1_000_000_000m : 0, rest != Rest.None);
        return read;
    }
}
