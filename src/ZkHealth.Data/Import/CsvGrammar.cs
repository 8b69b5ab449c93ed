namespace ZkHealth.Data;

/// <summary>
/// The grammar of fields with quotes (RFC 4180): a field has no quote, or it begins and ends with one and every quote between
/// them is doubled. The parser pairs quotes wherever they stand and checks nothing; where its pairs are not those of the grammar,
/// a field of the record is at fault.
/// </summary>
internal static class CsvGrammar
{
    /// <summary>A fault of a field.</summary>
    /// <param name="At">The character of the field whose line is to be named.</param>
    /// <param name="Problem">What is wrong; null where nothing is.</param>
    public readonly record struct Fault(int At, string? Problem);

    /// <summary>Finds the fault of a field, as it stands in the file.</summary>
    public static Fault Check(ReadOnlySpan<char> field)
    {
        int quote = field.IndexOf('"');
        if (quote < 0)
        {
            return default;
        }

        if (quote > 0)
        {
            string hint = field[..quote].IsWhiteSpace()
                ? "; take away the white space before it"
                : "; a field that has a quote is put in quotes, and the quote is doubled";
            return new Fault(quote, $"a quote stands where none may stand, inside a field: '{Visible.Text(field)}'{hint}");
        }

        int at = 1;
        while (true)
        {
            int next = field[at..].IndexOf('"');
            if (next < 0)
            {
                int taken = SourceText.LineEnds(field.TrimEnd());
                string lines =
                    taken == 0
                        ? ""
                        : $"; it takes in the {(taken == 1 ? "line" : $"{taken} lines")} that follow{(taken == 1 ? "s" : "")}";
                return new Fault(0, $"the quote that opens here does not close: '{Visible.Text(field)}'{lines}");
            }

            int close = at + next;
            if (close == field.Length - 1)
            {
                return default;
            }

            if (field[close + 1] != '"')
            {
                return new Fault(0, Misplaced(field, close));
            }

            at = close + 2;
        }
    }

    /// <summary>The value of a field without fault: what is between its quotes, doubled quotes single.</summary>
    /// <param name="field">The field as it stands in the file.</param>
    /// <param name="buffer">Room for values with quotes, grown where they need more.</param>
    public static ReadOnlySpan<char> Value(ReadOnlySpan<char> field, ref char[] buffer)
    {
        if (field.IsEmpty || field[0] != '"')
        {
            return field;
        }

        field = field[1..^1];
        int quote = field.IndexOf('"');
        if (quote < 0)
        {
            return field;
        }

        if (buffer.Length < field.Length)
        {
            buffer = new char[field.Length];
        }

        int length = 0;
        while (quote >= 0)
        {
            field[..(quote + 1)].CopyTo(buffer.AsSpan(length));
            length += quote + 1;
            field = field[(quote + 2)..];
            quote = field.IndexOf('"');
        }

        field.CopyTo(buffer.AsSpan(length));
        return buffer.AsSpan(0, length + field.Length);
    }

    /// <summary>The values of a record, white space around them left out; where a field is at fault, it stands as it
    /// is.</summary>
    public static string[] Split(ReadOnlySpan<char> record, char delimiter)
    {
        var values = new List<string>();
        char[] buffer = [];
        (int start, bool inside) = (0, false);
        for (int i = 0; i <= record.Length; i++)
        {
            if (i == record.Length || (record[i] == delimiter && !inside))
            {
                ReadOnlySpan<char> field = record[start..i];
                values.Add((Check(field).Problem is null ? Value(field, ref buffer) : field).Trim().ToString());
                start = i + 1;
            }
            else
            {
                inside ^= record[i] == '"';
            }
        }

        return [.. values];
    }

    private static string Misplaced(ReadOnlySpan<char> field, int close)
    {
        ReadOnlySpan<char> after = field[(close + 1)..];
        int lines = SourceText.LineEnds(field[..close]);
        string where = lines == 0 ? "" : $" {lines} line{(lines == 1 ? "" : "s")} further down";
        string hint =
            field[close - 1] == '\\'
                ? "; a quote inside quotes is doubled, not written with \\"
                : "; is a quote missing, or one too many? A quote inside quotes is doubled";
        return $"a quote stands where none may stand: the field that opens with a quote here, '{Visible.Text(field[..close])}', "
            + $"has its next quote{where} before '{Visible.Text(after[..Math.Min(after.Length, 20)])}', not before a delimiter or a line end{hint}";
    }
}
