using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Words with other roots, in time and late: whose silence they excuse.</summary>
public sealed partial class UseTests
{
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
}
