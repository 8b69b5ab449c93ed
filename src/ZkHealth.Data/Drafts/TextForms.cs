using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>Forms of the texts of a column that decide for what DuckDB takes it.</summary>
internal sealed partial class TextForms
{
    private bool _hasDays;
    private bool _hasTimed;

    /// <summary>Tells whether a text that may be a date has a time of day other than 00:00:00, or one of another zone.</summary>
    public bool HasTimes { get; private set; }

    /// <summary>Tells whether a time of day is one of a zone other than UTC.</summary>
    public bool HasZones { get; private set; }

    /// <summary>Tells whether some texts have a time of day and others none.</summary>
    public bool IsMixed => _hasDays && _hasTimed;

    /// <summary>Tells whether a number has a sign + before it.</summary>
    public bool HasPlus { get; private set; }

    /// <summary>Tells whether DuckDB takes every text for a number.</summary>
    public bool AreNumbers { get; private set; } = true;

    /// <summary>Tells whether every text has the form of a date in numbers.</summary>
    public bool AreDates { get; private set; } = true;

    /// <summary>The first text.</summary>
    public string First { get; private set; } = "";

    /// <summary>Looks at a text without white space around it.</summary>
    public void Look(string text)
    {
        First = First.Length == 0 ? text : First;
        bool isTimed = DateText.IsTimed(text);
        _hasTimed |= isTimed;
        _hasDays |= !isTimed;
        HasTimes |= DateText.HasTime(text);
        HasZones |= isTimed && Zone().IsMatch(text);
        HasPlus |= text[0] == '+';
        AreNumbers = AreNumbers && Number().IsMatch(text);
        AreDates = AreDates && Date().IsMatch(text);
    }

    [GeneratedRegex(@"[+-](?!00(:?00)?$)\d\d(:?\d\d)?$")]
    private static partial Regex Zone();

    [GeneratedRegex(
        @"^(-[0-9]+|0|[1-9][0-9]*|-?(?=\.[0-9]))(\.[0-9]*)?(e[+-]?[0-9]+)?$|^-?(inf|infinity|nan|0x[0-9a-f]+)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^(([0-9]{4}|[0-9]{2})([./-])[0-9]{1,2}\3[0-9]{1,2}|[0-9]{1,2}([./-])[0-9]{1,2}\4([0-9]{4}|[0-9]{2}))([ T].*)?$"
    )]
    private static partial Regex Date();
}
