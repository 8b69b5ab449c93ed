using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Requests with their codes, and the words of both sides about a delivery.</summary>
public sealed class UseTests
{
    [Fact]
    public void A_request_is_denied_with_its_codes()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"], deposit: 0);
        r.Consent("ann");
        r.Ask("institute", null, ["ann"]);
        Assert.Equal("Denied: NO_AGREEMENT", r.Last.ToString());
        r.Ask("institute", agreement, ["ann"], "HMARKT", "GENETIC", ["name"]);
        Assert.Equal(["CLASS", "COLUMNS", "NO_CONSENT", "PROHIBITED_PURPOSE", "PURPOSE"], r.Last.Codes);
        r.Ask("institute", agreement, ["ann"], "BIORCH");
        Assert.Equal("Permitted", r.Last.ToString());
        r.Ask("insurer", null, ["ann"], columns: ["region"]);
        Assert.Contains("DISCRIMINATION", r.Last.Codes);
    }

    /// <summary>Attack 6: a missing, expired, revoked and other consent look alike.</summary>
    [Fact]
    public void About_a_patient_there_is_one_reason()
    {
        var r = new Region();
        byte[] agreement = r.Agree("institute", ["hospital"]);
        r.Consent("revoked");
        r.Revoke("revoked");
        r.Consent("other", @class: "GENETIC");
        r.Consent("short", days: 1);
        r.Wait(Durations.Day);
        foreach (string handle in (string[])["unknown", "revoked", "other", "short"])
        {
            r.Ask("institute", agreement, [handle]);
            Assert.Equal("Denied: NO_CONSENT", r.Last.ToString());
        }
    }

    /// <summary>Attack 4 and section 6: a provider names an innocent user, and the user is untouched.</summary>
    [Fact]
    public void One_partys_word_convicts_itself_only()
    {
        var r = new Region();
        r.Consent("ann");
        byte[] agreement = r.Agree("institute", ["hospital"], @class: "GENETIC");
        byte[] denied = r.Ask("institute", agreement, ["ann"], @class: "GENETIC");
        r.Serve("hospital", denied);
        r.Wait(2 * Durations.Day);
        Assert.Equal(["hospital SERVED"], r.Breaches);
    }

    /// <summary>The matrix of words, for a permitted use: silence of either side is minor, other rows are a dispute and
    /// nobody's
    /// breach.</summary>
    [Theory]
    [InlineData(true, false, 10, "institute NO_RECEIPT")]
    [InlineData(false, true, 10, "hospital NOT_LOGGED")]
    [InlineData(true, true, 10, "")]
    [InlineData(true, true, 11, "")]
    public void Words_that_differ_name_who_is_silent(bool served, bool taken, int rows, string breaches)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        if (served)
        {
            r.Serve("hospital", request);
        }

        r.Wait(Durations.Day - 1);
        if (taken)
        {
            r.Take("institute", request, rows: rows);
        }

        r.Wait(2 * Durations.Day);
        Assert.Equal(breaches, string.Join(", ", r.Breaches));
        Assert.Equal(rows == 11, r.All(Records.Use).Single().Flag("dispute"));
        Assert.Equal(100_000, r.All(Records.Agreement).Single().Whole("locked"));
    }

    /// <summary>Section 6: the words of both sides name other roots: that is a dispute, whoever spoke first, and nobody is in
    /// breach by it. Each was convicted for the silence about the root that it named.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Words_with_other_roots_are_a_dispute(bool serverFirst)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        Action[] words = [() => r.Serve("hospital", request, root: "one"), () => r.Take("institute", request, root: "other")];
        foreach (Action word in serverFirst ? words : words.Reverse())
        {
            word();
            r.Sleep(Durations.Hour);
        }

        r.Wait(30 * Durations.Day);
        Assert.Empty(r.Breaches);
        Assert.Equal([true, true], r.All(Records.Use).Select(u => u.Flag("dispute")));

        // a later delivery with words that agree is none of it, and silence about a later one is a breach again
        byte[] next = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        r.Serve("hospital", next, root: "third");
        r.Take("institute", next, root: "third");
        r.Serve("hospital", next, root: "fourth");
        r.Wait(2 * Durations.Day);
        Assert.Equal(["institute NO_RECEIPT"], r.Breaches);
    }
}
