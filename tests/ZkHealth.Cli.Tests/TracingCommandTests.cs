using System.Text.Json.Nodes;
using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Ledger;
using ZkHealth.Testing;

namespace ZkHealth.Cli.Tests;

/// <summary>`zkhealth trace`, `report`, `evidence` and `deliver` on ledgers of the stories and of a region of its own.</summary>
public sealed class TracingCommandTests : TemporaryFolder
{
    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [Fact]
    public void What_the_demo_leaves_is_traced_reported_and_proven_by_a_reader()
    {
        JsonArray stories = Run.Json("demo", "--region", "--out", At("region"))["stories"]!.AsArray();
        string Ledger(string story, out string key, out string evidence)
        {
            JsonNode told = stories.Single(s => (string)s!["name"]! == story)!;
            JsonNode ledger = told["ledgers"]![0]!;
            string folder = Path.Combine(At("region"), (string)told["folder"]!);
            (key, evidence) = ((string)ledger["key"]!, Path.Combine(folder, (string)ledger["evidence"]!));
            return Path.Combine(folder, (string)ledger["file"]!);
        }

        string altered = Ledger("CT image altered", out string key, out string kept);
        string[] quality = ["trace", "quality", Hex(Region.Digest("ct image")), "--ledger", altered];
        JsonObject trace = Run.Json([.. quality, "--html", At("q.html"), "--evidence", At("q.evidence")]);
        Assert.Equal("hospital", (string)trace["responsible"]!);
        string page = File.ReadAllText(At("q.html"));
        Assert.Contains("Answers: hospital", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Run.Usage("exists; --html gives another name", [.. quality, "--html", At("q.html")]);
        Run.Usage("no data set with the fingerprint", "trace", "quality", new string('0', 64), "--ledger", altered);

        // offline, in the hands of whoever knows the log's key
        foreach (string file in (string[])[At("q.evidence"), kept])
        {
            JsonObject verified = Run.Json("evidence", "verify", file, "--ledger-key", key);
            Assert.Contains(verified["records"]!.AsArray(), r => (string)r!["kind"]! == "breach");
            Assert.Equal("hospital", (string)Assert.Single(verified["breaches"]!.AsArray())!["subject"]!);
        }

        byte[] bytes = File.ReadAllBytes(At("q.evidence"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(At("bad.evidence"), bytes);
        (int code, JsonObject bad) = Run.JsonAndCode("evidence", "verify", At("bad.evidence"), "--ledger-key", key);
        Assert.Equal((1, "receiptInvalid"), (code, (string)bad["reasonCode"]!));

        // of a file that is larger than any bundle no more is read than shows that
        using (FileStream large = File.Create(At("large.evidence")))
        {
            large.SetLength(1L << 33);
        }

        (code, bad) = Run.JsonAndCode("evidence", "verify", At("large.evidence"), "--ledger-key", key);
        Assert.Equal((4, "limitExceeded"), (code, (string)bad["reasonCode"]!));
        string late = Ledger("deletion late", out string other, out _);
        Run.Rejected("not signed by the log's key", "evidence", "verify", kept, "--ledger-key", other);

        JsonObject made = Run.Json(
            "evidence",
            "make",
            "--ledger",
            late,
            "--use",
            "institute",
            "--leaf",
            "0",
            "--out",
            At("u.evidence")
        );
        Assert.True((int)made["leaves"]! > 5);
        Run.Json("evidence", "verify", At("u.evidence"), "--ledger-key", other);
        Run.Usage("at least one of", "evidence", "make", "--ledger", late, "--out", At("n.evidence"));
        JsonObject use = Run.Json("trace", "use", Hex(Region.Key("ann")), "--ledger", late, "--html", At("u.html"));
        Assert.Equal(("institute", "RECALL_LATE"), ((string)use["responsible"]!, (string)use["answers"]![0]!["rule"]!));
        Run.Usage("'wizard' is no handle", "trace", "use", "wizard", "--ledger", late);

        string quarter = Ledger("report", out _, out _);
        JsonObject report = Run.Json("report", "2027-Q1", "--ledger", quarter, "--html", At("r.html"));
        Assert.Equal((1, 100_000), ((int)report["permitted"]!["institute"]!, (int)report["money"]!["deposits"]!));
        Assert.Empty(report["breaches"]!.AsArray());
        Assert.Contains("Who answers for what", File.ReadAllText(At("r.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(At("region"), "report", "report.html")));
        JsonObject january = Run.Json("report", "--ledger", quarter, "--from", "2027-01-01", "--until", "2027-01-02T00:00:00Z");
        Assert.Equal(0, january["consents"]!.AsObject().Count(c => c.Key == "revoked"));
        Run.Usage("expected a quarter as 2027-Q1", "report", "2027-Q5", "--ledger", quarter);
        Run.Usage("expected a time as", "report", "--ledger", quarter, "--from", "yesterday");
    }

    /// <summary>The same rows for two takers; each checks what it received; a third of one delivery is found somewhere.</summary>
    [Fact]
    public void Rows_are_delivered_checked_confirmed_and_found_again()
    {
        string[] patients = ["ann", "bea"];
        using var r = new Region(At("L"), "region");
        r.Sleep(Math.Max(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - r.Time));
        foreach (string p in patients)
        {
            r.Consent(p, "user/research");
        }

        byte[] agreement = r.Agree("institute", ["hospital"]);
        string[] requests = [.. Enumerable.Range(0, 2).Select(_ => Hex(r.Ask("institute", agreement, patients)))];
        string ledger = r.LedgerFile!;
        File.WriteAllLines(
            At("rows.csv"),
            [
                "handle,age,diagnosis",
                .. Enumerable.Range(0, 60).Select(i => $"{Hex(Region.Key(patients[i % 2]))},{20 + i},{i}.{1 + (i % 9)}"),
            ]
        );
        JsonObject[] made = [.. requests.Select((q, i) => Run.Json([.. Deliver("rows.csv", q), "--out", At($"d{i}.csv")]))];
        Assert.Equal(("institute", 60), ((string)made[0]["taker"]!, (int)made[0]["rows"]!));
        Assert.NotEqual((string)made[0]["root"]!, (string)made[1]["root"]!);
        string[] Deliver(string rows, string request) =>
            ["deliver", At(rows), "--ledger", ledger, "--request", request, "--server", "hospital"];
        Run.Rejected("no word of the server", "deliver", At("d0.csv"), "--ledger", ledger, "--check");
        foreach ((JsonObject m, string request) in made.Zip(requests))
        {
            byte[] id = Convert.FromHexString(request),
                root = Convert.FromHexString((string)m["root"]!),
                person = Region.Digest("person");
            byte[] marks = Convert.FromHexString((string)m["marks"]!);
            long bytes = (long)m["bytes"]!;
            string[] columns = [.. m["columns"]!.AsArray().Select(c => (string)c!)];
            byte[][] handles = [.. m["handles"]!.AsArray().Select(h => Convert.FromHexString((string)h!))];
            Assert.Equal(["age", "diagnosis"], columns);

            // the body that was written beside the delivery lacks the salted digests alone
            JsonNode used = JsonNode.Parse(File.ReadAllText((string)m["used"]!))!;
            (used["person"], used["network"]) = (Hex(person), Hex(person));
            Row said = Bodies.UseServed.Row(
                id,
                handles,
                "download",
                person,
                true,
                60,
                bytes,
                columns,
                root,
                person,
                new[] { marks },
                Array.Empty<byte[]>()
            );
            Assert.Equal(said.Encode(), Bodies.UseServed.FromJson(used, "body").Encode());

            // of the second delivery the server says other bytes
            bytes += request == requests[1] ? 1 : 0;
            r.Do("used", "hospital", said.With("bytes", bytes));
        }

        JsonNode receipt = Run.Json("deliver", At("d0.csv"), "--ledger", ledger, "--check")["receipt"]!;
        receipt["person"] = Hex(Region.Digest("person"));
        Assert.Equal(60, Bodies.UseReceived.FromJson(receipt, "body").Whole("rows"));
        Run.Rejected("the server says that it delivered", "deliver", At("d1.csv"), "--ledger", ledger, "--check");
        JsonNode policy = Run.Json("odrl", Hex(agreement), "--ledger", ledger)["policy"]!;
        Assert.Equal(("http://www.w3.org/ns/odrl.jsonld", "Agreement"), ((string)policy["@context"]!, (string)policy["@type"]!));
        Run.Usage("the ledger has no agreement", "odrl", new string('0', 64), "--ledger", ledger);

        string[] rows = File.ReadAllLines(At("d1.csv"));
        File.WriteAllLines(
            At("leak.csv"),
            rows.Where((_, i) => i % 3 == 0).Select(l => l[(l.IndexOf(',', StringComparison.Ordinal) + 1)..])
        );
        JsonObject found = Run.Json(
            "trace",
            "incident",
            At("leak.csv"),
            "--delivery",
            At("d0.csv"),
            At("d1.csv"),
            "--ledger",
            ledger,
            "--html",
            At("leak.html")
        );
        Assert.Equal((20, 20), ((int)found["rows"]!, (int)found["matching"]!));
        Assert.Equal([false, true], found["deliveries"]!.AsArray().Select(d => (bool)d!["explains"]!));

        // a manifest is the word of whoever shows it: the ledger has the server's, and no receipt
        Assert.All(found["deliveries"]!.AsArray(), d => Assert.Equal((true, false), ((bool)d!["served"]!, (bool)d["received"]!)));
        Assert.Contains(
            "institute has not said that it received it",
            File.ReadAllText(At("leak.html")),
            StringComparison.Ordinal
        );
        Assert.Equal(["hospital", "institute"], found["holders"]!.AsArray().Select(h => (string)h!));
        Assert.Contains(found["timeline"]!.AsArray(), e => (string)e!["what"]! == "used");
        Assert.Contains("never this finding", File.ReadAllText(At("leak.html")), StringComparison.Ordinal);

        // rows that are changed, of another request, of another patient or column
        File.WriteAllLines(At("d1.csv"), rows.Select((l, i) => i == 7 ? l + "1" : l));
        Run.Rejected("no word of the server", "deliver", At("d1.csv"), "--ledger", ledger, "--check");
        Run.Usage("holds no request", [.. Deliver("rows.csv", new string('0', 64)), "--out", At("x.csv")]);
        File.WriteAllLines(At("other.csv"), ["handle,age", $"{Hex(Region.Key("cas"))},20"]);
        Run.Usage("does not name this handle", [.. Deliver("other.csv", requests[0]), "--out", At("x.csv")]);
        File.WriteAllLines(At("column.csv"), ["handle,salary", $"{Hex(Region.Key("ann"))},20"]);
        Run.Usage("does not name the column 'salary'", [.. Deliver("column.csv", requests[0]), "--out", At("x.csv")]);
        Assert.False(File.Exists(At("x.csv")));

        // a handle as keygen prints it is one; a consent that was taken back since the request makes a delivery the breach SERVED
        File.WriteAllLines(At("short.csv"), ["handle,age", $"{Hex(Region.Key("ann")[1..])},20"]);
        Run.Json([.. Deliver("short.csv", requests[0]), "--out", At("y.csv")]);

        // a request that was denied: the command looked for its codes by a name that no request has, and crashed
        byte[] denied = r.Ask("institute", agreement, patients, @class: "GENETIC");
        Run.Usage("the request was denied: CLASS", [.. Deliver("short.csv", Hex(denied)), "--out", At("x.csv")]);
        r.Revoke("ann");
        Run.Usage("has ended or was taken back", [.. Deliver("short.csv", requests[0]), "--out", At("x.csv")]);
        r.Do("agreement ended", "institute", Bodies.AgreementEnded.Row(agreement));
        Run.Usage("the agreement has ended", [.. Deliver("short.csv", requests[0]), "--out", At("x.csv")]);
    }

    /// <summary>
    /// A delivery travels encrypted to a key that the member which asked has signed for this request: another member's key, one
    /// for another request, another key or a changed file open nothing. What is opened is checked against the server's word, and
    /// is the file of the server, mark by mark, so that a leak is explained as before.
    /// </summary>
    [Fact]
    public void A_delivery_is_sealed_to_its_taker_alone()
    {
        using var r = new Region(At("L"), "sealed");
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        string[] requests = [.. Enumerable.Range(0, 2).Select(_ => Hex(r.Ask("institute", agreement, ["ann"])))];
        string ledger = r.LedgerFile!;
        foreach (string member in (string[])["institute", "maker"])
        {
            File.WriteAllText(At(member), KeyPem.EncodeSecret(Region.Secret(member)));
        }

        File.WriteAllLines(
            At("rows.csv"),
            [
                "handle,age,diagnosis",
                .. Enumerable.Range(0, 20).Select(i => $"{Hex(Region.Key("ann"))},{20 + i},{i}.{1 + (i % 9)}"),
            ]
        );
        string[] Key(string name, string member, string request) =>
            ["deliver", At(name), "--new-key", At(member), "--request", request, "--ledger", ledger];
        string[] Deliver(string name, string to) =>
            [
                "deliver",
                At("rows.csv"),
                "--ledger",
                ledger,
                "--request",
                requests[0],
                "--server",
                "hospital",
                "--out",
                At(name),
                "--to",
                At(to),
            ];
        Run.Json(Key("key", "institute", requests[0]));
        Run.Json(Key("other", "institute", requests[1]));
        Run.Usage("is no key of the member that asked", Key("makers", "maker", requests[0]));
        Run.Usage("the key is for another request", Deliver("d.csv", "other.public"));
        Run.Usage("is no public key", Deliver("d.csv", "rows.csv"));
        byte[] forged = File.ReadAllBytes(At("key.public"));
        forged[^1] ^= 1;
        File.WriteAllBytes(At("forged.public"), forged);
        Run.Usage("the signature of the key is wrong", Deliver("d.csv", "forged.public"));
        Assert.False(File.Exists(At("d.csv")));

        JsonObject made = Run.Json(Deliver("d.csv", "key.public"));
        Assert.Equal(At("d.sealed"), (string)made["sealed"]!);
        string[] Open(string file, string key) =>
            ["deliver", At(file), "--open", At(key), "--out", At("got.csv"), "--ledger", ledger];
        Run.Usage("encrypted to another key", Open("d.sealed", "other"));
        byte[] bytes = File.ReadAllBytes(At("d.sealed"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(At("changed.sealed"), bytes);
        Run.Usage("or was changed on its way", Open("changed.sealed", "key"));
        Assert.False(File.Exists(At("got.csv")));
        Run.Rejected("no word of the server", Open("d.sealed", "key"));
        byte[] root = Convert.FromHexString((string)made["root"]!),
            digest = Region.Digest("x");
        r.Do(
            "used",
            "hospital",
            Bodies.UseServed.Row(
                Convert.FromHexString(requests[0]),
                Array.Empty<byte[]>(),
                "download",
                digest,
                true,
                20,
                (long)made["bytes"]!,
                new[] { "age", "diagnosis" },
                root,
                digest,
                Array.Empty<byte[]>(),
                Array.Empty<byte[]>()
            )
        );
        Run.Json([.. Open("d.sealed", "key"), "--force"]);
        Assert.Equal(File.ReadAllBytes(At("d.csv")), File.ReadAllBytes(At("got.csv")));
        Assert.Equal(File.ReadAllBytes(At("d.delivery")), File.ReadAllBytes(At("got.delivery")));
        JsonObject found = Run.Json("trace", "incident", At("got.csv"), "--delivery", At("d.csv"), "--ledger", ledger);
        Assert.Equal(["hospital", "institute"], found["holders"]!.AsArray().Select(h => (string)h!));
    }
}
