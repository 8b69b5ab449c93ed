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

    /// <summary>Words with several roots: who is in breach, and how often, depended on their order. A server that had not logged
    /// one delivery escaped by the word about another that the taker had still to answer.</summary>
    [Property(MaxTest = 60)]
    public void The_order_of_words_with_several_roots_changes_nobodys_breach(ushort seed)
    {
        var random = new Random(seed);
        (bool ByServer, string Root)[] words =
        [
            .. from side in (bool[])[true, false]
            from root in (string[])["one", "two", "three"]
            where random.Next(3) > 0
            select (side, root),
        ];
        Assert.Equal(Told(words), Told([.. words.OrderBy(_ => random.Next())]));

        static string Told((bool ByServer, string Root)[] words)
        {
            var r = new Region();
            byte[] request = Asked(r, out _);
            foreach ((bool byServer, string root) in words)
            {
                r.Sleep(Durations.Hour);
                _ = byServer ? r.Serve("hospital", request, root: root) : r.Take("maker", request, root: root);
            }

            r.Wait(3 * Durations.Day);
            return $"{string.Join(", ", r.All(Records.Breach).Select(b => b.Code("rule")).Order())}; "
                + $"{r.All(Records.Use).Count(u => u.Flag("dispute"))} in dispute";
        }
    }

    /// <summary>A late word contradicts as well: the silence before it was one, what it names is none.</summary>
    [Theory]
    [InlineData(true, "institute NO_RECEIPT")]
    [InlineData(false, "hospital NOT_LOGGED")]
    public void A_late_word_with_another_root_is_a_dispute(bool serverFirst, string breach)
    {
        var r = new Region();
        r.Consent("ann");
        byte[] request = r.Ask("institute", r.Agree("institute", ["hospital"]), ["ann"]);
        foreach (bool byServer in (bool[])[serverFirst, !serverFirst])
        {
            _ = byServer ? r.Serve("hospital", request, root: "one") : r.Take("institute", request, root: "other");
            r.Wait(2 * Durations.Day);
        }

        Assert.Equal([breach], r.Breaches);
    }

    /// <summary>Who is silent about words of either side, S of the server and T of the taker, each with its root and the hour of
    /// its leaf, where every word is due 24 hours later. A word excuses one silence of its side, before or after the word that it
    /// contradicts, and is not used up by the silences of the other side: the same holds with the sides exchanged.</summary>
    [Theory]
    [InlineData("S1@0", "T")]
    [InlineData("S1@0 T2@23", "")]
    [InlineData("T2@0 S1@23", "")]
    [InlineData("S1@0 T2@25", "T")]
    [InlineData("S1@0 S3@1 T2@2", "T")]
    [InlineData("T2@0 S1@1 S3@2", "T")]
    [InlineData("S1@0 S3@20 T2@30", "T")]
    [InlineData("S1@0 S3@30 T2@25", "T")]
    [InlineData("S1@0 S3@30 T2@60", "TT")]
    [InlineData("S1@0 T2@25 T4@26", "ST")]
    [InlineData("T2@0 S1@20 T4@30 S3@40", "")]
    [InlineData("T2@0 T4@10 S1@20 S3@30", "")]
    [InlineData("T2@0 T4@1 S1@20 S3@30", "S")]
    [InlineData("S1@0 T2@10 T1@20", "S")]
    [InlineData("S1@0 T2@10 T1@30", "")]
    [InlineData("S1@0 T2@10 T1@30 S3@40", "T")]
    [InlineData("S1@0 T1@30 T2@31 S3@32", "T")]
    [InlineData("S1@0 T1@30 S3@32 T2@31 S5@33", "TT")]
    public void A_late_word_excuses_by_the_times_of_words_alone(string words, string silent)
    {
        (bool ByServer, string Root, int Hour)[] said =
        [
            .. words.Split(' ').Select(w => (w[0] == 'S', w[1..w.IndexOf('@')], int.Parse(w[(w.IndexOf('@') + 1)..], null))),
        ];
        Assert.Equal(silent, SilentAfter(said));
        string exchanged = string.Concat(silent.Select(s => s == 'S' ? 'T' : 'S').Order());
        Assert.Equal(exchanged, SilentAfter([.. said.Select(w => (!w.ByServer, w.Root, w.Hour))]));
    }

    /// <summary>Words of the same times in any order of their leaves: the silences are the same.</summary>
    [Property(MaxTest = 60)]
    public void Of_words_of_several_days_the_times_alone_decide(ushort seed)
    {
        var random = new Random(seed);
        (bool ByServer, string Root, int Hour)[] words =
        [
            .. from side in (bool[])[true, false]
            from root in (string[])["one", "two", "three", "four"]
            where random.Next(3) > 0
            select (side, root, 8 * random.Next(8)),
        ];
        Assert.Equal(SilentAfter(words), SilentAfter([.. words.OrderBy(_ => random.Next())]));
    }

    private static string SilentAfter((bool ByServer, string Root, int Hour)[] words)
    {
        var r = new Region();
        byte[] request = Asked(r, out _);
        long start = r.Time;
        foreach ((bool byServer, string root, int hour) in words.OrderBy(w => w.Hour))
        {
            r.Sleep(start + (hour * Durations.Hour) - r.Time);
            _ = byServer ? r.Serve("hospital", request, root: root) : r.Take("maker", request, root: root);
        }

        r.Wait(10 * Durations.Day);
        return string.Concat(r.Breaches.Select(b => b == "hospital NOT_LOGGED" ? 'S' : 'T').Order());
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
