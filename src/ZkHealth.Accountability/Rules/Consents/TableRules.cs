using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>
/// Tables of the charter: its body names them by their digests, and they follow as entries before any other. Without a table the
/// defaults of the rules hold.
/// </summary>
internal static class TableRules
{
    public const string Purposes = "purposes",
        Prohibitions = "prohibitions",
        Codes = "codes",
        Texts = "texts",
        Standards = "standards",
        Grounds = "grounds",
        Organisations = "organisations",
        Liability = "liability",
        Rails = "rails";

    private const string Missing = "tables.missing";

    private static readonly string[] Documents = ["convention", "ethics", "privacy"];

    /// <summary>The names that a charter may give: tables, and documents of which only the digest stands.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        Purposes,
        Prohibitions,
        Codes,
        Texts,
        Standards,
        Grounds,
        Organisations,
        Liability,
        Rails,
        .. Documents,
    ];

    /// <summary>Names the tables of a charter, which follow before anything else.</summary>
    public static void ExpectAll(Change c, IReadOnlyList<Row> tables)
    {
        foreach (Row table in tables)
        {
            Expect(c, table.Code("name"), table.Bytes("digest"));
        }

        int missing = tables.Select(t => t.Code("name")).Except(Documents).Count();
        if (missing > 0)
        {
            c.Put(Missing, Records.Counter.Row(missing));
        }
    }

    /// <summary>Names a table by its digest; until it is adopted, the one before it holds, or the default.</summary>
    public static void Expect(Change c, string name, byte[] digest)
    {
        bool document = Documents.Contains(name);
        Row? before = c.Find(Records.Table, name);
        c.Put(
            name,
            Records.Table.Row(
                document ? [digest] : (before?.List<byte[]>("digest") ?? []),
                document ? Array.Empty<byte[]>() : [digest],
                before?.List<byte[]>("rows") ?? []
            )
        );
    }

    /// <summary>Determines whether tables of the charter are still to follow.</summary>
    public static bool AreMissing(Change c) => MissingCount(c) > 0;

    /// <summary>`table adopted`: the rows with the digest that was named.</summary>
    public static void Adopt(Change c, Row body)
    {
        string name = body.Code("name");
        Row? table = c.Find(Records.Table, name);
        IReadOnlyList<Row> rows = body.List<Row>("rows");
        c.Require(
            table?.Optional<byte[]>("expected") is byte[] expected
                && expected.AsSpan().SequenceEqual(SHA256.HashData(c.Act!.Body)),
            "DIGEST"
        );
        c.Require(rows.Select(r => Convert.ToHexString(RowKey(name, r))).Distinct().Count() == rows.Count, "ROWS");
        if (c.IsRefused)
        {
            return;
        }

        foreach (byte[] old in table!.List<byte[]>("rows"))
        {
            c.Remove(Records.TableRow, RowId(name, old));
        }

        foreach (Row row in rows)
        {
            c.Put(
                RowId(name, RowKey(name, row)),
                Records.TableRow.Row(
                    row.Code("code"),
                    row.Codes("to"),
                    row.Codes("rules"),
                    row.Whole("number"),
                    row.List<byte[]>("digest")
                )
            );
        }

        if (AreMissing(c))
        {
            c.Put(Missing, Records.Counter.Row(MissingCount(c) - 1));
        }

        c.Put(name, Records.Table.Row(table.List<byte[]>("expected"), Array.Empty<byte[]>(), rows.Select(r => RowKey(name, r))));
        if (name is Purposes or Codes)
        {
            AgreementRules.CutRunning(c);
        }
    }

    /// <summary>Determines whether a table has been adopted.</summary>
    public static bool Has(Change c, string name) => c.Find(Records.Table, name)?.List<byte[]>("digest").Count > 0;

    /// <summary>The row of a code, or null.</summary>
    public static Row? Find(Change c, string name, string code) =>
        c.Find(Records.Table, name) is null ? null : c.Find(Records.TableRow, RowId(name, Ids.Text(code)));

    /// <summary>The digests of the charter's documents that are in force.</summary>
    public static IReadOnlyList<byte[]> DocumentsInForce(Change c) =>
        [.. Documents.SelectMany(d => c.Find(Records.Table, d)?.List<byte[]>("digest") ?? [])];

    /// <summary>Determines whether codes are all legal grounds of the charter; without its table any are.</summary>
    public static bool AreGrounds(Change c, IReadOnlyList<string> codes) =>
        !Has(c, Grounds) || codes.All(g => Find(c, Grounds, g) is not null);

    /// <summary>The row of a text by its digest, or null.</summary>
    public static Row? FindText(Change c, byte[] digest) => c.Find(Records.TableRow, RowId(Texts, digest));

    /// <summary>All rows of a table.</summary>
    public static IEnumerable<Row> Rows(Change c, string name) =>
        (c.Find(Records.Table, name)?.List<byte[]>("rows") ?? []).Select(k => c.Find(Records.TableRow, RowId(name, k))!);

    private static long MissingCount(Change c) => c.Find(Records.Counter, Missing)?.Whole("count") ?? 0;

    private static byte[] RowKey(string name, Row row) =>
        name == Texts && row.Optional<byte[]>("digest") is byte[] digest ? digest : Ids.Text(row.Code("code"));

    private static byte[] RowId(string name, byte[] key) => Ids.Of("table", Ids.Text(name), key);
}
