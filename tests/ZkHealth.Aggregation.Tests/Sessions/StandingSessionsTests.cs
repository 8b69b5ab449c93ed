using Xunit;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Budgets and audits ask for past sessions as they stood at many positions. An audit of 240 past sessions of owners with
/// policies took 6 s, 16 times that of 60, since each asked for all before it: now each is read once and cut to the position.
/// </summary>
public sealed class StandingSessionsTests : IDisposable
{
    private readonly Region _region = new();

    public void Dispose() => _region.Dispose();

    [Theory]
    [InlineData(3, false, 0)]
    [InlineData(2, true, 0)]
    [InlineData(2, false, 2000)]
    public void A_session_that_is_read_once_stands_at_each_position_as_in_the_log_up_to_there(
        int signers,
        bool ends,
        long voidAfter
    )
    {
        _region.Board.Now = 1000;
        _region.Open(_region.Terms() with { VoidAfter = voidAfter }).DealAll().CheckAll().FreezeAll(signers);
        if (ends)
        {
            Region.Done(_region.Member(0).CloseCutOff(5));
            Region.Done(_region.Member(1).CloseCutOff(5));
        }

        _region.Board.Now = 2001;
        CommitteeMember.Register(_region.Board.As(_region.Members[0]), "late");
        int reads = 0;
        var whole = new StandingSessions(Source(long.MaxValue, () => reads++));
        long size = _region.Board.GetCheckpoint().Size;
        var seen = new HashSet<(bool, bool)>();
        for (long before = 0; before <= size; before++)
        {
            StandingSession? cut = whole.Find(_region.Sid.ToArray(), before),
                read = new StandingSessions(Source(before)).Find(_region.Sid.ToArray());
            Assert.Equal((read?.Frozen, read?.Position), (cut?.Frozen, cut?.Position));
            Assert.Equal(read?.Contributors, cut?.Contributors);
            seen.Add((cut is null, cut?.IsFrozen == true));
        }

        Assert.Equal(1, reads);
        Assert.Contains((false, false), seen);
        Assert.Equal(signers == 3, seen.Contains((false, true)));
    }

    /// <summary>The entries of the board below a position.</summary>
    private EntrySource Source(long before, Action? opened = null) =>
        new(
            (kind, subject) =>
            {
                if (kind == BoardKinds.Open)
                {
                    opened?.Invoke();
                }

                return _region.Board.Find(kind, subject.Span).Where(p => p < before).Select(p => _region.Board.Read(p)!);
            },
            seconds => _region.Board.FindAfter(seconds) is long p && p < before ? p : null,
            _ => true
        );
}
