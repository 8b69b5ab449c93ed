using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>What server and taker say of a delivery, in either order.</summary>
public sealed partial class UseTests
{
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

    /// <summary>Section 6: same words about what was not permitted put both in breach, whoever speaks first. A taker escaped
    /// TAKEN and the recall by a receipt before the server's word, which names the handles.</summary>
    [Theory]
    [InlineData("dan")]
    [InlineData("eve")]
    public void Who_speaks_first_escapes_nothing(string handle)
    {
        foreach (bool serverFirst in (ReadOnlySpan<bool>)[true, false])
        {
            var r = new Region();
            byte[] request = Asked(r, out byte[] agreement);
            r.Revoke("dan");
            Speak(
                r,
                serverFirst,
                [
                    () => r.Serve("hospital", request, handles: ["ann", handle]),
                    () => r.Take("maker", request, handles: ["ann", handle]),
                ]
            );
            Assert.Equal(["hospital SERVED", "maker TAKEN"], r.Breaches);
            Assert.Single(r.All(Records.Recall));
            Assert.True(r.State.Find(Records.Agreement, agreement)!.Flag("frozen"));
            Assert.Single(r.State.Find(Records.Consent, Region.Key(handle))!.List<byte[]>("taken"));
        }
    }

    /// <summary>Whatever is revoked or ended before, between and after the words of both sides, and whatever their rows are:
    /// their order changes no breach, recall, freeze or weight.</summary>
    [Property(MaxTest = 60)]
    public void The_order_of_the_words_changes_nothing(ushort seed)
    {
        Assert.Equal(Told(true), Told(false));

        string Told(bool serverFirst)
        {
            var random = new Random(seed);
            var r = new Region();
            byte[] request = Asked(r, out byte[] agreement);
            string[] served = [.. ((string[])["ann", "dan", "eve"]).Where(_ => random.Next(2) == 0)],
                columns = random.Next(5) == 0 ? ["name"] : ["age"];
            string operation = random.Next(5) == 0 ? "training" : "download";
            bool within = random.Next(5) > 0;
            int rows = random.Next(4) == 0 ? 11 : 10;
            string[]? named = random.Next(3) == 0 ? ["ann"] : served;
            named = named.Length == 0 ? null : named;
            End(["ann", "dan", "eve"]);
            Func<Outcome> serve = () => r.Serve("hospital", request, 10, within, "delivery", columns, served, operation),
                take = () => r.Take("maker", request, rows: rows, handles: named);
            _ = serverFirst ? serve() : take();

            // what a receipt that comes first took is all that the request names, until the server's word says whose rows they
            // were
            End(served.Length == 0 ? ["ann", "dan"] : served);
            _ = serverFirst ? take() : serve();
            End(served.Length == 0 ? ["ann", "dan"] : served);
            r.Wait(3 * Durations.Day);
            return $"{string.Join(", ", r.Breaches)}; {r.All(Records.Recall).Count()} recalls; "
                + $"frozen {r.State.Find(Records.Agreement, agreement)!.Flag("frozen")}; "
                + $"weights {r.All(Records.Weight).Sum(w => w.Whole("value"))}, {r.All(Records.Pool).Sum(p => p.Whole("handles"))}";

            void End(string[] patients)
            {
                r.Sleep(Durations.Hour);
                foreach (string patient in patients.Where(_ => random.Next(6) == 0))
                {
                    r.Revoke(patient);
                }

                if (random.Next(12) == 0)
                {
                    r.Do("agreement ended", "maker", Bodies.AgreementEnded.Row(agreement));
                }
            }
        }
    }

    /// <summary>Words that differ in their rows are a dispute: the server's word about handles convicts the server alone, and
    /// what was taken is recalled.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dispute_about_rows_convicts_nobody_by_the_others_word(bool serverFirst)
    {
        var r = new Region();
        byte[] request = Asked(r, out _);
        Speak(r, serverFirst, [() => r.Serve("hospital", request, handles: ["eve"]), () => r.Take("maker", request, rows: 11)]);
        Assert.Equal(["hospital SERVED"], r.Breaches);
        Assert.Single(r.All(Records.Recall));
    }

    /// <summary>Attack 4: a server names handles that nobody may have in a word of the root and rows of an honest taker, which
    /// had said whose rows it took: a confession binds its signer only. The taker was in breach TAKEN, which is grave.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_cannot_frame_a_taker_by_other_handles(bool isPart)
    {
        foreach (bool serverFirst in (ReadOnlySpan<bool>)[true, false])
        {
            var r = new Region();
            byte[] request = Asked(r, out _);
            Speak(
                r,
                serverFirst,
                [
                    () => r.Serve("hospital", request, handles: ["eve"]),
                    () => r.Take("maker", request, handles: isPart ? ["ann"] : ["ann", "dan"]),
                ]
            );
            Assert.Equal(["hospital SERVED"], r.Breaches);
            Assert.True(r.All(Records.Use).Single().Flag("dispute"));
        }
    }

    private static byte[] Asked(Region r, out byte[] agreement)
    {
        foreach (string patient in (string[])["ann", "dan", "eve"])
        {
            r.Consent(patient, "user/company");
        }

        agreement = r.Agree("maker", ["hospital"], ppm: 10_000);
        return r.Ask("maker", agreement, ["ann", "dan"]);
    }

    private static void Speak(Region r, bool serverFirst, Func<Outcome>[] words)
    {
        foreach (Func<Outcome> word in serverFirst ? words : words.Reverse())
        {
            word();
            r.Sleep(Durations.Hour);
        }
    }
}
