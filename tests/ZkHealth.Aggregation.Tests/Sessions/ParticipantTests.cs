using Xunit;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>A party's way through a session by the library alone: it was to be had as a command only (code.md, 3.7).</summary>
public sealed class ParticipantTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly Region _region = new(hospitals: 3, members: 3);

    public void Dispose() => _region.Dispose();

    [Fact]
    public async Task Three_parties_that_each_run_by_themselves_come_to_the_same_result()
    {
        AggregationTerms terms = _region.Terms();
        Task<AggregateOutcome?>[] runs = [.. Enumerable.Range(0, 3).Select(i => Task.Run(() => TakePart(terms, i)))];
        AggregateOutcome?[] outcomes = await Task.WhenAll(runs);
        long expected = _region.Count([0, 1, 2], (c, r) => c[0][r] == 2);
        Assert.All(outcomes, o => Assert.Equal((OutcomeStatus.Verified, expected), (o!.Status, (long)o.Values[0])));

        // each key is erased, so that nothing that was dealt can be decrypted again
        string record = "session-key-" + Convert.ToHexStringLower(terms.Digest());
        Assert.All(_region.States, s => Assert.Empty(s.Read(record)!));
    }

    private AggregateOutcome? TakePart(AggregationTerms terms, int party)
    {
        var participant = new Participant(
            _region.Board.As(_region.Hospitals[party]),
            terms,
            new ParticipantOptions
            {
                State = _region.States[party],
                Approval = terms.Digest(),
                Contribution = (_, _) => _region.Cubes[party],
            }
        );
        participant.RegisterKey();
        SessionOpening opening = participant.Open(Long);
        Assert.True(opening.Outcome.IsDone, opening.Outcome.Reason);
        return participant.Run(opening.Session!, Long);
    }

    [Fact]
    public void A_member_without_state_and_a_reader_take_no_part()
    {
        AggregationTerms terms = _region.Terms();
        Assert.Throws<ArgumentException>(() => new Participant(_region.Board.As(_region.Hospitals[0]), terms).RegisterKey());
        Assert.Throws<ArgumentException>(() => new Participant(new MemoryBoard("x"), terms));
        Assert.Equal(
            StepStatus.Pending,
            new Participant(_region.Board.As(_region.Hospitals[0]), terms).Open(TimeSpan.Zero).Outcome.Status
        );
    }
}
