namespace ZkHealth.Statistics;

/// <summary>Names and values as conditions write them, so that no name or label can pass for part of a condition.</summary>
internal static class Quoting
{
    /// <summary>The words of the language that are no names.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "or",
        "and",
        "not",
        "between",
        "in",
        "is",
        "known",
    };

    /// <summary>A column's name: as it is where it is a plain word, else in backticks, a backtick within written twice.</summary>
    public static string Name(string name) =>
        IsPlain(name) && !Words.Contains(name) ? name : "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    /// <summary>A value in double quotes, a double quote within written twice.</summary>
    public static string Value(string value) => "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>Letters, digits, underscores, points and hyphens, a letter or an underscore first.</summary>
    private static bool IsPlain(string name) =>
        name.Length > 0
        && (char.IsLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '.' or '-');
}
