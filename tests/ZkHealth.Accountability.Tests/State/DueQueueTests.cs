using FsCheck.Xunit;
using Xunit;

namespace ZkHealth.Accountability.Tests.State;

using Region = ZkHealth.Accountability.Region;

/// <summary>The queue of what is due and the records of it against a sorted set, and what an event costs that happens beside many
/// others.</summary>
public sealed class DueQueueTests
{
    /// <summary>Each word adds or removes an event, or lets time pass; what happens makes due another event, mostly later, also
    /// one that comes first.</summary>
    [Property(MaxTest = 300)]
    public void A_queue_is_a_sorted_set_of_which_the_first_happen(byte[] stored, ushort[] words)
    {
        DueEvent[] first = [.. (stored ?? []).Select(b => Event(b % 32)).Distinct().Order()];
        var expected = new SortedSet<DueEvent>(first);
        DueQueue due = DueQueue.Of(new Stored([.. expected]));
        foreach (ushort word in words ?? [])
        {
            DueEvent e = Event((word >> 2) % 48);
            if (word % 4 == 3)
            {
                List<DueEvent> happened = [];
                due = due.Advance(e.Time, (d, rest) => Happen(happened, d, rest));
                Assert.Equal(Expected(expected, e.Time), happened.Select(d => d.Time));
            }
            else
            {
                due = word % 4 == 2 ? due.Remove(e) : due.Add(e);
                _ = word % 4 == 2 ? expected.Remove(e) : expected.Add(e);
            }

            Assert.Equal(expected.Select(Text), due.Events.Select(Text));
            Assert.Equal((expected.Count, expected.Min?.Time), (due.Count, due.NextTime));
            Assert.Equal(expected.Contains(e), due.Contains(e));
        }

        static DueQueue Happen(List<DueEvent> happened, DueEvent e, DueQueue rest)
        {
            happened.Add(e);
            foreach (DueEvent next in Next(e))
            {
                rest = rest.Add(next);
            }

            return e.Time % 7 == 0 ? rest.Remove(Event(e.Time + 1)) : rest;
        }

        static List<long> Expected(SortedSet<DueEvent> all, long time)
        {
            List<long> happened = [];
            while (all.Min is DueEvent e && e.Time <= time)
            {
                happened.Add(e.Time);
                all.Remove(e);
                all.UnionWith(Next(e));
                _ = e.Time % 7 == 0 && all.Remove(Event(e.Time + 1));
            }

            return happened;
        }

        // every fourth event makes one due that comes before those that have happened already
        static DueEvent[] Next(DueEvent e) =>
            e.Rank == 1 && e.Time % 4 == 0 ? [new DueEvent(e.Time - 2, 2, [2]), new DueEvent(e.Time + 6, 2, [2])] : [];
    }

    [Property(MaxTest = 200)]
    public void Keys_are_taken_away_together_as_one_after_the_other(byte[] there, byte[] gone)
    {
        static byte[][] Keys(byte[] numbers) =>
            [
                .. (numbers ?? [])
                    .Distinct()
                    .Select(n => StateKey.Of("x", [n]))
                    .OrderBy(Convert.ToHexString, StringComparer.Ordinal),
            ];
        StateMap map = Keys(there).Aggregate(StateMap.Empty, (m, k) => m.With(k, k));
        StateMap one = Keys(gone).Aggregate(map, (m, k) => m.Without(k)),
            together = map.Without(Keys(gone));
        Assert.Equal((one.Count, Convert.ToHexString(one.Root.Span)), (together.Count, Convert.ToHexString(together.Root.Span)));
        Assert.Equal(Keys(there).Except(Keys(gone), new Bytes()).Count(), together.Count);
    }

    /// <summary>Each end of a consent took 4,400 bytes when its event left queue and map alone, and its record was read in
    /// whole.</summary>
    [Fact]
    public void Consents_that_end_together_are_taken_out_of_queue_and_map_once()
    {
        const int Count = 2000;
        using var region = new Region();
        long end = region.Time + (300 * Durations.Day);
        ContractState state = region.State;
        for (int i = 0; i < Count; i++)
        {
            Row body = Bodies.Consent(
                "user/research",
                ["GENERAL"],
                ["HRESCH"],
                ["age"],
                region.Time,
                end,
                Region.Digest("explanation")
            );
            byte[] handle = [1, .. StateKey.Of("x", BitConverter.GetBytes(i))];
            IReadOnlyList<byte[]> along = [Region.Key("hospital"), Region.Key("registry")];
            var act = new Act("consent granted", handle, body.Encode(), 0, region.Time + Durations.Hour, along);
            state = state.Apply(act, region.Time + 1).State;
        }

        Assert.Equal(Count, state.Due.Events.Count(e => e.Time == end));
        _ = state.Root;
        long before = GC.GetAllocatedBytesForCurrentThread();
        ContractState next = state.Advance(end).State;
        _ = next.Root;
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        Assert.InRange(each, 0, 1200);
        Assert.Equal(state.Map.Count - Count, next.Map.Count);
        Assert.DoesNotContain(next.Due.Events, e => e.Time <= end);
    }

    private static string Text(DueEvent e) => $"{e.Time}/{e.Rank}/{e.Id[0]}";

    private static DueEvent Event(long time) => new(time, 1, [(byte)time]);

    private sealed class Stored(DueEvent[] events) : IDueList
    {
        public int Count => events.Length;

        public DueEvent this[int index] => events[index];

        public long TimeAt(int index) => events[index].Time;
    }

    private sealed class Bytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj[0];
    }
}
