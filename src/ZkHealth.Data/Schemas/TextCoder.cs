namespace ZkHealth.Data;

/// <summary>Fixed texts: categories, yes and no.</summary>
internal sealed class TextCoder : ColumnCoder
{
    private static readonly string[] No = ["no", "n", "false", "f", "0", "0.0", "否"],
        Yes = ["yes", "y", "true", "t", "1", "1.0", "是"];

    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;

    /// <param name="source">The column.</param>
    /// <param name="texts">The texts of item i have code i + 1.</param>
    public TextCoder(SourceColumn source, IReadOnlyList<IReadOnlyList<string>> texts)
        : base(source, (uint)texts.Count + 1)
    {
        _texts = texts;
        Fix(texts);
    }

    public override string Expected =>
        ReferenceEquals(_texts[0], No) && ReferenceEquals(_texts[^1], Yes)
            ? "yes or no (or y/n, true/false, t/f, 1/0, 1.0/0.0, 是/否, in any case of letters)"
            : "one of " + Quote([.. _texts.SelectMany(t => t)]);

    /// <summary>No and yes, in their usual spellings where none are given.</summary>
    public static TextCoder YesNo(SourceColumn source, IReadOnlyList<string>? no, IReadOnlyList<string>? yes) =>
        new(source, [no ?? No, yes ?? Yes]);

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        // the usual spellings in any case of letters; texts that the schema lists are compared as they are
        return IsOne(text, No, _texts[0]) ? new Coded(1)
            : IsOne(text, Yes, _texts[^1]) ? new Coded(2)
            : null;
    }

    private static bool IsOne(ReadOnlySpan<char> text, string[] usual, IReadOnlyList<string> texts)
    {
        foreach (string spelling in ReferenceEquals(texts, usual) ? usual : [])
        {
            if (text.Equals(spelling, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
