using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Testing;
using ZkHealth.Tests;

namespace ZkHealth.Fhir.Tests;

using Region = ZkHealth.Accountability.Region;

[Trait("Category", "EndToEnd")]
public sealed class DocumentTests : TemporaryFolder
{
    [Fact]
    public void The_example_compiles_runs_and_prints_what_it_says() => DocumentExample.AssertRuns("src/ZkHealth.Fhir/README.md");

    /// <summary>samples/consent.cs was compiled and never run: what it exports of a ledger it imports again, as the body that was
    /// granted; what is no consent, and what the ledger does not hold, it says.</summary>
    [Fact]
    public void The_sample_exports_consents_and_imports_them()
    {
        using var r = new Region(At("L"), "region");
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Register("hospital", "table", "FHIR-R4", "ann");
        string handle = Codes.Hex(Region.Key("ann"));
        (int code, string consent) = Sample("export", r.LedgerFile!, "consent", handle);
        Assert.Equal(0, code);
        File.WriteAllText(At("consent.json"), consent);
        (code, string body) = Sample("import", At("consent.json"));
        Assert.Equal(0, code);
        Row granted = r.State.Find(Records.Consent, Region.Key("ann"))!;
        JsonNode read = JsonNode.Parse(body)!;
        Assert.Equal(granted.Whole("until"), (long)read["until"]!);
        Assert.Equal(granted.Codes("purposes"), read["purposes"]!.AsArray().Select(p => (string)p!));
        Assert.Contains(
            "\"Bundle\"",
            Sample("export", r.LedgerFile!, "request", Codes.Hex(request)).Output,
            StringComparison.Ordinal
        );
        string asset = Codes.Hex(Region.Digest("table"));
        Assert.Contains("\"Provenance\"", Sample("export", r.LedgerFile!, "asset", asset).Output, StringComparison.Ordinal);
        using var error = new StringWriter();
        Console.SetError(error);
        (code, string written) = Sample("export", r.LedgerFile!, "consent", new string('0', 66));
        Assert.Equal((1, ""), (code, written));
        Assert.Contains("holds no consent", error.ToString(), StringComparison.Ordinal);
        File.WriteAllText(At("patient.json"), """{"resourceType": "Patient"}""");
        Assert.Equal(1, Sample("import", At("patient.json")).Code);
        Assert.Equal(2, Sample("wish").Code);
    }

    private static (int Code, string Output) Sample(params string[] arguments) =>
        DocumentExample.RunSample("samples/consent.cs", arguments);
}
