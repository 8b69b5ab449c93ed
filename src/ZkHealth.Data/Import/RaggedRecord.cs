using System.Text.RegularExpressions;

namespace ZkHealth.Data;

/// <summary>Words for records with another number of fields than the header: what programs leave at the end of files and
/// lines.</summary>
internal static partial class RaggedRecord
{
    public static string Problem(ReadOnlySpan<char> record, int fields, int expected, char delimiter)
    {
        string problem =
            $"expected {expected} field{(expected == 1 ? "" : "s")}, as the header has, got {fields}: '{Visible.Text(record)}'";
        return problem + Hint(record, fields, expected, delimiter);
    }

    private static string Hint(ReadOnlySpan<char> record, int fields, int expected, char delimiter)
    {
        if (!record.IsEmpty && record.Trim('\u001a').IsEmpty)
        {
            return ", the sign Ctrl-Z that ended files under DOS; take this line away";
        }

        if (!record.IsEmpty && record.Trim('\0').IsEmpty)
        {
            return ", zero bytes with which the program that wrote the file filled it up; take them away";
        }

        if (Trailer().IsMatch(record))
        {
            return ", the last line of a database client; take it away, or switch it off there (sqlcmd: SET NOCOUNT ON; psql: --csv)";
        }

        if (fields == expected + 1 && record[^1] == delimiter)
        {
            return $", with a delimiter at the end that the header has not; write {SourceForm.Name(delimiter)} at the end of the header too, or take it away here";
        }

        return expected == 1 && fields > 1
            ? $"; a value with {SourceForm.Name(delimiter)} in it is put in quotes, or name another delimiter with --delimiter"
            : "";
    }

    [GeneratedRegex(@"^\(\d+ rows?( affected)?\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Trailer();
}
