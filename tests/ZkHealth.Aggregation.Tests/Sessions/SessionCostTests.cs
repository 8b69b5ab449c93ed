using Xunit;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Attacks, D: every dealer verified all dealings before its own, every command of a member all of them again, and every
/// command read every past session for each hospital: of 200 hospitals the last took 1.8 s to deal, and a command on a board
/// with ten past sessions 830,000 reads.
/// </summary>
public sealed class SessionCostTests : IDisposable
{
    private readonly Region _region = new(hospitals: 4, members: 3);

    public void Dispose() => _region.Dispose();

    [Fact]
    public void A_dealer_and_a_closer_verify_nothing_of_others()
    {
        _region.Open().DealAll(3);
        var cache = new DealCache();
        Region.Done(new Dealer(_region.Board.As(_region.Hospitals[3]), _region.Sid) { Cache = cache }.DealCube(_region.Cubes[3]));
        Region.Done(
            new CommitteeMember(_region.Board.As(_region.Members[0]), _region.Sid, _region.States[0])
            {
                Cache = cache,
            }.CloseCutOff(1)
        );
        Assert.Equal(1, cache.Verified); // the closer's own dealing, and none of the others
    }

    [Fact]
    public void What_a_member_verified_it_does_not_verify_again_in_its_next_process()
    {
        _region.Open().DealAll().Close(1);
        CommitteeMember Started(int j) => new(_region.Board.As(_region.Members[j]), _region.Sid, _region.States[j]);
        CommitteeMember first = Started(0);
        Region.Done(first.Check());
        Assert.Equal(4, first.Cache.Verified);
        CommitteeMember second = Started(0);
        Region.Done(second.Check());
        Assert.Equal(0, second.Cache.Verified);

        // by what was verified: of another session, or with another byte, nothing is recalled
        Dealing deal = _region.ReadDeal(3);
        byte[] stored = _region.States[0].Read("verified-" + Convert.ToHexStringLower(_region.Sid))!;
        Assert.Equal(4 * 32, stored.Length);
        _region.Open(_region.Terms() with { Purpose = "again" }).DealAll(3);
        _region.Post(3, deal);
        _region.Close(1);
        CommitteeMember third = Started(0);
        Region.Done(third.Check());
        Assert.Equal(4, third.Cache.Verified);
        Assert.DoesNotContain(_region.View().Deals.Keys, d => d.Dealer == _region.Hospitals[3]);

        // records that are damaged are none
        _region.States[0].Replace("verified-" + Convert.ToHexStringLower(_region.Sid), new byte[33]);
        CommitteeMember fourth = Started(0);
        Region.Done(fourth.Check());
        Assert.Equal(4, fourth.Cache.Verified);
    }

    /// <summary>Past sessions over the same data set cost each owner one entry, its own charge, and not a look at each session
    /// for each hospital.</summary>
    [Fact]
    public void The_reads_of_a_command_hardly_grow_with_past_sessions()
    {
        long few = Reads(2),
            more = Reads(6);
        Assert.True(more - few <= 4 * 2 * _region.Hospitals.Length, $"{few} reads with 2 past sessions, {more} with 6");
    }

    /// <summary>The reads of a verification after so many past sessions of the region in all.</summary>
    private long Reads(int past)
    {
        for (; _past < past; _past++)
        {
            _region.Open(_region.Terms() with { Purpose = $"session {_past}" }).DealAll().CheckAll().FreezeAll().ShareAll();
        }

        _region.Open(_region.Terms() with { Purpose = $"after {past}" }).DealAll().CheckAll().FreezeAll().ShareAll();
        _past++;
        var board = new CountingBoard(_region.Board);
        Assert.Equal(OutcomeStatus.Verified, AggregateVerifier.Verify(board, _region.Sid).Status);
        return board.Reads;
    }

    /// <summary>
    /// Attacks, B3: a thousand charges of a data set by a stranger made each command thirty times slower. Each is read a few
    /// times at most, and holds nobody.
    /// </summary>
    [Fact]
    public void A_flood_of_charges_by_a_stranger_costs_a_few_reads_for_each()
    {
        const int Flood = 40;
        PartyId stranger = new(Enumerable.Repeat((byte)0x77, 32).ToArray());
        byte[] subject = AggregationTerms.DataSetOf(_region.Hospitals[0], _region.Terms().DataSet);
        long before = Reads(1);
        for (int i = 0; i < Flood; i++)
        {
            byte[] junk = i % 2 == 0 ? [(byte)i] : new BudgetDebit(new byte[32], new byte[32], i).Encode();
            _region.Board.As(stranger).Append(BoardKinds.BudgetDebit, subject, junk);
        }

        long after = Reads(2);
        Assert.True(after - before <= 4 * (Flood + 2 * _region.Hospitals.Length), $"{before} reads, with the flood {after}");
    }

    private int _past;

    private sealed class CountingBoard(IBulletinBoard inner) : IBulletinBoard
    {
        public long Reads { get; private set; }

        public string Origin => inner.Origin;

        public PartyId? Author => inner.Author;

        public IBlobStore Blobs => inner.Blobs;

        public long Append(string kind, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> body) => inner.Append(kind, subject, body);

        public BoardEntry? Read(long position)
        {
            Reads++;
            return inner.Read(position);
        }

        public IReadOnlyList<long> Find(string kind, ReadOnlySpan<byte> subject) => inner.Find(kind, subject);

        public IReadOnlyList<long> FindAll(string kind) => inner.FindAll(kind);

        public long? FindAfter(long seconds) => inner.FindAfter(seconds);

        public BoardCheckpoint GetCheckpoint() => inner.GetCheckpoint();

        public bool IsConsistent(BoardCheckpoint older, BoardCheckpoint newer) => inner.IsConsistent(older, newer);
    }
}
