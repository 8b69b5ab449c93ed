using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Entries: their schemas, ends, numbers, codes, and the document that lists them.</summary>
public sealed class EntryTests
{
    /// <summary>Attack 2: the service kept a grant back and appended it after the revocation; now the entry has an end, and
    /// its
    /// number is taken.</summary>
    [Fact]
    public void An_entry_that_was_kept_back_is_void()
    {
        var r = new Region();
        Row body = Bodies.Consent(
            "user/research",
            new[] { "GENERAL" },
            new[] { "HRESCH" },
            new[] { "age" },
            r.Time,
            r.Time + Durations.Day * 9,
            Region.Digest("text")
        );
        Act kept = r.Act("consent granted", "ann", body, "hospital");
        Assert.Equal("Accepted", r.State.Check(kept, r.Time + Durations.Hour - 1).ToString());
        Assert.Equal("Refused: EXPIRED", r.State.Check(kept, r.Time + Durations.Hour).ToString());
        r.Consent("ann");
        r.Revoke("ann");
        Assert.Equal(["HANDLE_USED", "NUMBER"], r.State.Check(kept, r.Time).Codes.Order());
        Assert.Equal("Refused: DUPLICATE", r.Revoke("ann").ToString());
    }

    [Fact]
    public void All_reasons_are_told_at_once()
    {
        var r = new Region();
        Row body = Bodies.Consent(
            "any",
            Array.Empty<string>(),
            new[] { "PLEASURE" },
            new[] { "age" },
            r.Time,
            r.Time,
            Region.Digest("text")
        );
        Outcome outcome = r.Do("consent granted", "ann", body);
        Assert.Equal(["COUNTERSIGNATURE", "NOTHING_NAMED", "PURPOSE", "RECIPIENT", "TERM"], outcome.Codes);
        Assert.Equal("Refused: UNKNOWN_KIND", r.State.Check(new Act("wish", Region.Key("ann"), []), r.Time).ToString());
        Assert.Equal("Refused: MALFORMED", r.State.Check(new Act("appeal", Region.Key("hospital"), [0x80]), r.Time).ToString());
    }

    [Fact]
    public void Every_shape_reads_its_own_bytes_and_no_others()
    {
        Row row = Bodies.ValueReported.Row(new byte[32], 0, 7);
        byte[] bytes = row.Encode();
        Assert.True(Bodies.ValueReported.TryDecode(bytes, out Row? read));
        Assert.Equal(7, read.Whole("cumulative"));
        Assert.False(Bodies.ValueReported.TryDecode((byte[])[.. bytes, 0], out _));
        Assert.False(Bodies.DepositPaid.TryDecode(bytes.AsMemory(1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bodies.ValueReported.Row(new byte[32], 0, -7).Encode());
    }

    /// <summary>The table of docs/accountability.md has a row for every kind of entry, with its fields in their
    /// order.</summary>
    [Fact]
    public void Every_kind_stands_in_the_document_with_its_fields()
    {
        string[] lines = Document();
        Assert.All(
            ActKind.All.Values,
            k =>
                Assert.Contains(
                    lines,
                    l =>
                        l.StartsWith($"| {k.Name} |", StringComparison.Ordinal)
                        && l.Contains($"| {string.Join(", ", k.Body.Fields.Select(f => f.Name))} |", StringComparison.Ordinal)
                        && l.EndsWith($"| {ActHelp.All[k.Name].Effect} |", StringComparison.Ordinal)
                        && l.Contains(ActHelp.SignedAlongBy(k.Name) ?? "", StringComparison.Ordinal)
                        && ActHelp.All[k.Name].Refusals.All(c => l.Contains($"`{c}`", StringComparison.Ordinal))
                        && ActHelp.All[k.Name].Denials.All(c => l.Contains($"`{c}`", StringComparison.Ordinal))
                )
        );
    }

    /// <summary>Who founded a region had to read a source file to learn which parameters there are.</summary>
    [Fact]
    public void Every_parameter_stands_in_the_document_with_its_default_and_bounds()
    {
        string[] lines = Document();
        Assert.All(
            Parameter.All,
            p =>
            {
                string line = Assert.Single(lines, l => l.StartsWith($"| `{p.Name}` | {p.Default} |", StringComparison.Ordinal));
                Assert.True(
                    p.Low == 0
                        || line.Contains("at least", StringComparison.Ordinal)
                        || line.Contains(" to ", StringComparison.Ordinal),
                    line
                );
                Assert.True(
                    p.High == Durations.End
                        || line.Contains("at most", StringComparison.Ordinal)
                        || line.Contains(" to ", StringComparison.Ordinal),
                    line
                );
            }
        );
    }

    private static string[] Document()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return File.ReadAllLines(Path.Combine(folder, "docs", "accountability.md"));
    }

    /// <summary>A clerk was told "refused: HANDLE_USED" and had nowhere to look it up.</summary>
    [Fact]
    public void Every_code_of_a_refusal_is_explained_in_words() =>
        Assert.DoesNotContain(
            ActHelp
                .All.Values.SelectMany(h => h.Refusals.Concat(h.Denials))
                .Concat([
                    "TIME",
                    "UNKNOWN_KIND",
                    "MALFORMED",
                    "SIGNER",
                    "SCOPE",
                    "KEY_REVOKED",
                    "KEY_EXPIRED",
                    "SUSPENDED",
                    "NUMBER",
                ])
                .Concat(["EXPIRED", "NUMBERED", "TABLES_MISSING"])
                .Distinct(),
            code => ActCodes.Of(code) is null
        );

    /// <summary>Attack 25: append-only against erasure: bodies hold codes, numbers, digests and keys in closed schemas, never
    /// text, and most are at most 4 KiB.</summary>
    [Fact]
    public void Attack_25_no_body_holds_free_text()
    {
        var r = new Region();
        Assert.All(ActKind.All.Values, k => AssertClosed(k.Body));
        string[] large = ["access requested", "charter", "table adopted", "used"];
        Assert.All(ActKind.All.Values, k => Assert.Equal(large.Contains(k.Name), k.MaxSize > 4096));
        byte[] body = [.. Bodies.AppealMade.Row(new byte[32]).Encode(), .. new byte[5000]];
        Assert.Equal("Refused: MALFORMED", r.State.Check(new Act("appeal", Region.Key("maker"), body), r.Time).ToString());
        Assert.Throws<ArgumentException>(() => Bodies.ReportMade.Row("maker", "he said so", new byte[32]).Encode());
    }

    private static void AssertClosed(Shape shape) =>
        Assert.All(
            shape.Fields,
            f => Assert.Matches("^(code|key|number|yes or no|.*bytes|.*at most .*|\\[.*)$", f.Type.ToString()!)
        );

    /// <summary>A clerk was told "TERMS: a part of the proposal is missing", and nowhere which parts there are.</summary>
    [Fact]
    public void Every_field_of_every_body_is_explained_in_words()
    {
        var unknown = new List<string>();
        foreach (ActKind kind in ActKind.All.Values)
        {
            Visit(kind.Body);
        }

        Assert.Empty(unknown);
        void Visit(Shape shape)
        {
            foreach (Field field in shape.Fields)
            {
                if (FieldHelp.Of(shape, field) is null)
                {
                    unknown.Add($"{shape.Name}.{field.Name}");
                }

                if (field.Type.Inner is Shape inner)
                {
                    Visit(inner);
                }
            }
        }
    }
}
