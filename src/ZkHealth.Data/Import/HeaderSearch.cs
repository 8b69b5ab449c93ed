namespace ZkHealth.Data;

/// <summary>Finds the columns of a schema in a header, and says why one is not there.</summary>
internal static class HeaderSearch
{
    /// <summary>The place of a column, which a schema names or a query.</summary>
    /// <exception cref="ImportException">The header does not have it, or has it twice.</exception>
    public static int Find(string[] header, string name, string file, long line, SourceText source, bool isOfSchema = true)
    {
        int at = Array.IndexOf(header, name);
        if (at < 0)
        {
            throw new ImportException(
                file,
                line,
                $"there is no column '{Visible.Text(name)}'; the header has {Visible.List(header)}{Hint(header, name, source, isOfSchema)}"
            );
        }

        return Array.LastIndexOf(header, name) == at
            ? at
            : throw new ImportException(
                file,
                line,
                $"the header has the column '{Visible.Text(name)}' twice; rename one of the two"
            );
    }

    private static string Hint(string[] header, string name, SourceText source, bool isOfSchema)
    {
        foreach (char delimiter in header.Length == 1 ? ",;\t|" : "")
        {
            if (CsvGrammar.Split(header[0], delimiter).Contains(name))
            {
                string shown = delimiter == '\t' ? "tab" : delimiter.ToString();
                return $"; its fields stand between '{shown}': name it by --delimiter, or leave --delimiter out";
            }
        }

        foreach (string other in header)
        {
            if (other.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return $"; '{Visible.Text(other)}' is the same but for upper and lower case";
            }

            if (Visible.DifferInForm(other, name))
            {
                return $"; '{Visible.Text(other)}' is the same but for Unicode form (accents as signs of their own); copy the name from the file into {(isOfSchema ? "the schema's source" : "the query")}";
            }

            if (EncodingHint.Of(other, source, reading => reading.Trim() == name) is { Length: > 0 } hint)
            {
                return hint;
            }
        }

        return isOfSchema ? "; the schema's member \"source\" gives the name that the file has for a column" : "";
    }
}

/// <summary>Hints that a file may be in another encoding than the one it is read in: its bytes may be valid UTF-8 by
/// chance.</summary>
internal static class EncodingHint
{
    /// <summary>Says so where the bytes of a text that was read as UTF-8 make a text that is known in another encoding; else
    /// empty.</summary>
    public static string Of(ReadOnlySpan<char> text, SourceText source, Func<string, bool> known)
    {
        if (
            source.IsAsked
            || source.Encoding != SourceEncoding.Utf8
            || text.Length > 200
            || !text.ContainsAnyExceptInRange('\0', '\x7F')
        )
        {
            return "";
        }

        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text.ToArray());
        return SourceEncoding.Gb18030.TextOf(bytes) is string reading && known(reading)
            ? $"; read as GB18030 it is '{Visible.Text(reading)}', which is known: if the file is in GB18030, add --encoding gb18030"
            : "";
    }
}
