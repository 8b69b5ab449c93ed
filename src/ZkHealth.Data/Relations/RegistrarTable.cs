using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>
/// A registrar's table made for a hospital, such as of consents: a row for each person of the hospital's list, in its order. The
/// hospital's keys count these rows, so a later version may only append rows.
/// </summary>
internal static class RegistrarTable
{
    /// <summary>The identifiers of a list of persons in its order.</summary>
    /// <param name="path">The CSV.</param>
    /// <param name="column">Its column of identifiers, one in each row.</param>
    /// <exception cref="ImportException">A row has no identifier, or that of another.</exception>
    public static IReadOnlyList<string> ReadPersons(string path, string column)
    {
        IReadOnlyList<string> persons = SqlFile.Read(path, column, null, t => t.Trim(), out long records);
        string file = Path.GetFileName(path);
        if (persons.Count == 0 || persons.Count != records)
        {
            throw new ImportException(file, $"expected an identifier in column '{column}' of each row");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (persons.FirstOrDefault(p => !seen.Add(p)) is string twice)
        {
            throw new ImportException(file, $"expected each identifier once in column '{column}', got '{twice}' twice");
        }

        return persons;
    }

    /// <summary>The rows of these persons; of whom nothing is recorded has no value.</summary>
    /// <param name="persons">The identifiers of the hospital's persons.</param>
    /// <param name="records">The registrar's records, with a column of identifiers.</param>
    /// <param name="found">How many persons have a record.</param>
    /// <exception cref="ArgumentException">The records have no column of identifiers.</exception>
    public static CodedTable Of(IReadOnlyList<string> persons, ImportResult records, out int found)
    {
        if (records.Identifiers is not Identifiers identifiers)
        {
            throw new ArgumentException("expected records with a column of the kind \"identifier\"", nameof(records));
        }

        var named = new NamedRows(identifiers, records.Identified, "");
        uint[] rows = [.. persons.Select(p => named.Find(p))];
        found = rows.Count(r => r != 0);
        TableSchema schema = records.Table.Schema;
        return new CodedTable(
            schema,
            [
                .. Enumerable
                    .Range(1, schema.Columns.Count - 1)
                    .Select(j =>
                    {
                        ReadOnlyMemory<uint> codes = records.Table.Codes(j);
                        return Array.ConvertAll(rows, r => r == 0 ? 0 : codes.Span[(int)r - 1]);
                    }),
            ]
        );
    }
}

/// <summary>A hospital's reference to a registrar's table that was made for it: the file that is handed over beside the
/// table.</summary>
/// <param name="Table">The name by which keys of the hospital's schemas call it.</param>
/// <param name="Owner">The registrar, 32 bytes in hexadecimal.</param>
/// <param name="DataSet">The registrar's name of the data set.</param>
/// <param name="Persons">The list of persons, beside the file.</param>
/// <param name="Identifier">Its column of identifiers.</param>
/// <param name="Rows">How many persons of the list the table has, the first ones.</param>
/// <param name="Digest">Their digest (<see cref="PersonList.Digest"/>).</param>
internal sealed record RegistrarHandover(
    string Table,
    string Owner,
    string DataSet,
    string Persons,
    string Identifier,
    int Rows,
    string Digest
)
{
    private static readonly string[] Parts = ["table", "owner", "dataSet", "persons", "identifier", "digest"];

    /// <summary>The persons of the table, where the list begins with them in their order; null where it does not: keys would name
    /// others.</summary>
    public IReadOnlyList<string>? RowsOf(IReadOnlyList<string> list) =>
        list.Count >= Rows && PersonList.Digest([.. list.Take(Rows)]) == Digest ? [.. list.Take(Rows)] : null;

    /// <summary>The table as key columns hold it.</summary>
    public string Of => $"{Owner}/{DataSet}";

    /// <summary>Writes it as JSON.</summary>
    public byte[] Encode() =>
        System.Text.Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["table"] = Table,
                ["owner"] = Owner,
                ["dataSet"] = DataSet,
                ["persons"] = Persons,
                ["identifier"] = Identifier,
                ["rows"] = Rows,
                ["digest"] = Digest,
            }.ToJsonString() + "\n"
        );

    /// <summary>Reads it; null where the text is none.</summary>
    public static RegistrarHandover? Decode(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject json)
            {
                return null;
            }

            string[] parts = [.. Parts.Select(n => (string?)json[n] ?? "")];
            int rows = (int?)json["rows"] ?? 0;
            return rows > 0 && parts.All(p => p.Length > 0)
                ? new RegistrarHandover(parts[0], parts[1], parts[2], parts[3], parts[4], rows, parts[5])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
