using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Receipts of witnesses about duties that are one breach a day.</summary>
public sealed partial class WitnessTests
{
    /// <summary>Anybody makes restricting entries and has them seen: held back for a minute, a hundred of them are one breach of
    /// the operator's day, whenever they are shown.</summary>
    [Fact]
    public void Entries_that_are_held_back_on_a_day_are_one_breach()
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        string[] patients = ["ann", "dan", "eve"];
        Act[] acts = [.. patients.Select(p => r.Act("consent revoked", p, Bodies.ConsentRevoked.Row(Region.Key(p))))];
        foreach (string p in patients)
        {
            r.Consent(p);
        }

        SubmissionReceipt[] seen = [.. patients.Zip(acts, (p, a) => See(r, "w1", a, p)!)];
        r.Sleep(2 * 60_000);
        foreach (string p in patients)
        {
            r.Revoke(p);
        }

        string[] shown = [.. acts.Zip(seen, (a, s) => Show(r, a, [s]))];
        Assert.Equal(["Accepted", "Accepted", "Accepted"], shown);
        r.Wait(Durations.Day / 2);
        Assert.Equal(["Refused: DUPLICATE", "Refused: DUPLICATE"], acts[..2].Zip(seen, (a, s) => Show(r, a, [s])));
        Assert.Equal("operator OPERATOR_DELAY", Assert.Single(r.Breaches, b => b.EndsWith("DELAY", StringComparison.Ordinal)));
    }

    /// <summary>Two words of one day are late and one silence: it is void when both were seen in time, not when one was, and
    /// receipts of one word show nothing of another.</summary>
    [Theory]
    [InlineData("1", 1)]
    [InlineData("2", 1)]
    [InlineData("1 1", 1)]
    [InlineData("1 2", 0)]
    [InlineData("2 1", 0)]
    public void A_silence_of_a_day_is_void_when_none_of_its_words_was_late(string shown, int left)
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Act[] acts = [.. ((string[])["1", "2"]).Select(Said)];
        SubmissionReceipt[] seen = [.. acts.Select(a => See(r, "w1", a)!)];
        r.Serve("hospital", request, root: "1");
        r.Serve("hospital", request, root: "2");
        r.Sleep(25 * Durations.Hour);
        r.Take("institute", request, root: "1");
        r.Take("institute", request, root: "2");
        foreach (string one in shown.Split(' '))
        {
            int i = one == "1" ? 0 : 1;
            _ = Show(r, acts[i], [seen[i]]);
        }

        Assert.Equal(left, r.Breaches.Count(b => b == "institute NO_RECEIPT"));
        r.Wait(Parameter.Appeal.Default);

        // what excuses nobody any more was held back all the same
        Assert.Equal(shown.Contains('2') ? "Refused: DUPLICATE" : "Accepted", Show(r, acts[1], [seen[1]]));
        Assert.Equal(shown.Contains('2') ? "Refused: DUPLICATE" : "Refused: FINAL", Show(r, acts[1], [seen[1]]));
        Assert.Single(r.Breaches, b => b == "operator OPERATOR_DELAY");

        Act Said(string root)
        {
            Row body = Bodies.UseReceived.Row(
                request,
                "hospital",
                Region.Digest("person at institute"),
                10,
                Region.Digest(root),
                Array.Empty<byte[]>()
            );
            return r.Act("receipt", "institute", body);
        }
    }

    /// <summary>Section 2: a revocation that is held back is a delay of the operator's, of more than 60 s; what was permitted
    /// between is in nobody else's breach.</summary>
    [Theory]
    [InlineData(60_000, "Refused: NOT_DELAYED")]
    [InlineData(60_001, "Accepted")]
    public void Attack_3_a_revocation_held_back_is_the_operators_breach(long delay, string outcome)
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"]);
        Act act = r.Act("consent revoked", "ann", Bodies.ConsentRevoked.Row(Region.Key("ann")));
        SubmissionReceipt seen = See(r, "w1", act, "ann")!;
        r.Sleep(delay);
        byte[] request = r.Ask("institute", agreement, ["ann"]);
        r.Take("institute", request);
        Assert.Equal("Accepted", Show(r, act, [seen]));
        Assert.Equal("Refused: DUPLICATE", Show(r, act, [seen]));
        r.Revoke("ann");
        Assert.Equal(outcome, Show(r, act, [seen]));
        Assert.Equal(outcome == "Accepted" ? ["operator OPERATOR_DELAY"] : [], r.Breaches);
        Assert.Equal(outcome == "Accepted" ? "Refused: DUPLICATE" : outcome, Show(r, act, [seen]));
    }

    /// <summary>Two entries may settle one contradiction, by a report and by an admission: both seen in time, they excuse it
    /// once, and not another one that was late on the day.</summary>
    [Fact]
    public void Two_entries_for_one_duty_excuse_no_other()
    {
        using var r = new Region(_folder, "region");
        r.Approve(r.Propose("commission-a", "witness", key: Region.Key("w1")), "commission-a", "commission-b");
        r.Wait(14 * Durations.Day);
        byte[][] open = [.. ((string[])["1", "2"]).Select(Contradict)];
        Row[] said = [.. ((string[])["c1", "h1"]).Select(w => Bodies.ContradictionSettled.Row(open[0], Region.Digest(w)))];
        Act[] acts = [.. said.Select(s => r.Act("contradiction settled", "hospital", s))];
        SubmissionReceipt[] seen = [.. acts.Select(a => See(r, "w1", a, "hospital")!)];
        r.Wait(8 * Durations.Day);
        Assert.Equal(["Accepted", "Accepted"], said.Select(s => r.Do("contradiction settled", "hospital", s).ToString()));
        string[] shown = [.. acts.Zip(seen, (a, s) => Show(r, a, [s]))];
        Assert.Equal(["Accepted", "Accepted"], shown);
        Assert.Single(r.Breaches, b => b == "hospital CONTRADICTION_OPEN");

        byte[] Contradict(string name)
        {
            r.Register("hospital", "h" + name);
            r.Register("centre", "c" + name);
            Row both = Bodies.AssetsContradict.Row(Region.Digest("h" + name), Region.Digest("c" + name), "blood-group");
            r.Do("assets contradict", "hospital", both);
            return ContradictionRules.Id(Region.Digest("h" + name), Region.Digest("c" + name));
        }
    }
}
