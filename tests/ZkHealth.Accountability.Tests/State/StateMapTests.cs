using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Xunit;
using ZkHealth.Proofs;

namespace ZkHealth.Accountability.Tests.State;

/// <summary>State map, due loop, fees and credit against accountability.py: its vectors, the two roots of the rules' text, and
/// its own checks.</summary>
public sealed class StateMapTests
{
    private static readonly byte[] Vectors = File.ReadAllBytes(
        Path.Combine(Root(), "tests", "vectors", "reference", "state.json")
    );

    [Fact]
    public void Vectors_of_the_reference_are_accepted_and_answered_alike()
    {
        Assert.Equal(VerificationResult.Accepted.ToString(), StateVectors.Check(Vectors).ToString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Vectors), JsonNode.Parse(StateVectors.Answer(Vectors))));
    }

    [Theory]
    [InlineData("maps", "root")]
    [InlineData("splits", "fee")]
    [InlineData("credits", "credit")]
    public void A_changed_answer_is_rejected(string part, string field)
    {
        JsonNode file = JsonNode.Parse(Vectors)!;
        JsonNode item = file[part]!.AsArray()[^1]!;
        item[field] = field == "root" ? new string('1', 64) : item[field]!.GetValue<long>() + 1;
        Assert.Equal(VerificationVerdict.Rejected, StateVectors.Check(Encoding.UTF8.GetBytes(file.ToJsonString())).Verdict);
    }

    [Fact]
    public void A_field_of_a_later_version_is_not_judged()
    {
        JsonNode file = JsonNode.Parse(Vectors)!;
        file["later"] = 1;
        Assert.Equal(VerificationVerdict.Unsupported, StateVectors.Check(Encoding.UTF8.GetBytes(file.ToJsonString())).Verdict);
        Assert.Equal(VerificationVerdict.Rejected, StateVectors.Check("{\"kind\":\"state\"}"u8.ToArray()).Verdict);
    }

    /// <summary>The two maps of accountability-rules.md, section 4.</summary>
    [Fact]
    public void Roots_of_the_text_of_the_rules()
    {
        static byte[] Int(int n)
        {
            var w = new System.Formats.Cbor.CborWriter();
            w.WriteInt32(n);
            return w.Encode();
        }

        StateMap map = StateMap.Empty.With(StateKey.Of("param", "clock.skew"u8), Convert.FromHexString("191388"));
        Assert.Equal("80e6fe039c9793507e52d407004275bb8057946a886dbe55a13bae8755eeddb4", Convert.ToHexStringLower(map.Root.Span));
        map = map.With(StateKey.Of("credit", "A"u8), Convert.FromHexString("1850")).With(StateKey.Of("due", "x"u8), Int(1));
        Assert.Equal("5786e65c16c8e5cce24c974cbe208ea7898498696c1843cc4dc9e2b0a1e6d6ac", Convert.ToHexStringLower(map.Root.Span));
    }

    [Property(MaxTest = 100)]
    public void A_map_depends_on_what_it_holds_and_not_on_how_it_came_to(byte[] keys, ushort seed)
    {
        byte[][] all = [.. (keys ?? []).Distinct().Select(k => StateKey.Of("x", [k]))];
        StateMap once = all.Aggregate(StateMap.Empty, (m, k) => m.With(k, [k[0]]));
        var order = new Random(seed);
        StateMap again = all.OrderBy(_ => order.Next())
            .Aggregate(StateMap.Empty, (m, k) => m.With(k, [1, 2]).With(StateKey.Of("gone", k), k).With(k, [k[0]]));
        again = all.Aggregate(again, (m, k) => m.Without(StateKey.Of("gone", k)));
        Assert.Equal(Convert.ToHexString(once.Root.Span), Convert.ToHexString(again.Root.Span));
        Assert.Equal((all.Length, all.Length), (once.Count, again.Count));
        Assert.Equal(all.Length, again.Entries.Count());
        StateMap none = all.Aggregate(again, (m, k) => m.Without(k));
        Assert.Equal((0, new string('0', 64)), (none.Count, Convert.ToHexString(none.Root.Span)));
    }

    [Property(MaxTest = 50)]
    public void Proofs_show_presence_and_absence_and_nothing_else(byte[] keys, byte other)
    {
        StateMap map = (keys ?? []).Aggregate(StateMap.Empty, (m, k) => m.With(StateKey.Of("x", [k]), [k]));
        byte[] key = StateKey.Of("x", [other]);
        byte[]? value = map.Find(key);
        byte[] encoded = map.Prove(key).Encode();
        Assert.True(StateProof.TryDecode(encoded, out StateProof? proof));
        Assert.True(proof.Verify(map.Root.Span, key, value));
        Assert.False(proof.Verify(map.Root.Span, key, [other, 0]));
        Assert.False(proof.Verify(map.Root.Span, key, value is null ? [other] : null));
        Assert.False(proof.Verify(map.With(StateKey.Of("y", [other]), [1]).Root.Span, key, value));
        Assert.False(StateProof.TryDecode((byte[])[.. encoded, 0], out _));
    }

    /// <summary>The queue of accountability.py's check: an event at 10 makes one due at 15, which comes in its rank.</summary>
    [Fact]
    public void What_is_due_happens_in_order_and_each_at_its_own_time()
    {
        var done = new List<string>();
        DueQueue due = new[]
        {
            Event(10, 7, "a"),
            Event(12, 1, "b"),
            Event(15, 3, "c"),
            Event(15, 1, "d"),
            Event(16, 1, "e"),
            Event(15, 1, "d"),
        }.Aggregate(DueQueue.Empty, (q, e) => q.Add(e));
        due = due.Advance(
            15,
            (e, rest) =>
            {
                string id = Encoding.ASCII.GetString(e.Id);
                done.Add($"{e.Time}/{e.Rank}/{id}");
                return e.Rank == 7 ? rest.Add(Event(e.Time + 5, 3, id)) : rest;
            }
        );
        Assert.Equal(["10/7/a", "12/1/b", "15/1/d", "15/3/a", "15/3/c"], done);
        Assert.Equal(16, Assert.Single(due.Events).Time);
    }

    /// <summary>Review, 13 and 14: a fee of parts of 99 was 0, and largest remainders took money back.</summary>
    [Property(MaxTest = 300)]
    public void Neither_splitting_a_report_nor_rounding_moves_money(uint[] parts, byte[] weights, uint ppm)
    {
        long[] w = [.. (weights ?? []).Select(x => (long)x)];
        long rate = ppm % (Fees.Million + 1),
            value = 0;
        long[]? before = null;
        foreach (uint part in parts ?? [])
        {
            value += part;
            long booked = Fees.Booked(rate, value);
            long[] shares = Fees.Split(booked, w, out long dust);
            Assert.Equal(booked, shares.Sum() + dust);
            Assert.True(w.All(x => x == 0) || (dust >= 0 && dust < w.Length));
            Assert.True(before is null || before.Zip(shares).All(p => p.First <= p.Second));
            before = shares;
        }
    }

    [Fact]
    public void Products_of_the_largest_amounts_do_not_overflow()
    {
        Assert.Equal(long.MaxValue, Fees.Booked(Fees.Million, long.MaxValue));
        Assert.Equal(
            [long.MaxValue / 2, long.MaxValue / 2],
            Fees.Split(long.MaxValue, [long.MaxValue, long.MaxValue], out long dust)
        );
        Assert.Equal(1, dust);
    }

    private static DueEvent Event(long time, byte rank, string id) => new(time, rank, Encoding.ASCII.GetBytes(id));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ZkHealth.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("the repository");
    }
}
