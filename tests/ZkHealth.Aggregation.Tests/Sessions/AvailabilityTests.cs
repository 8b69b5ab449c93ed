using System.Numerics;
using Xunit;

namespace ZkHealth.Aggregation.Tests;

/// <summary>
/// Attack A1: the set is a function of the log alone. It used to read the files beside the log whenever somebody looked: adding
/// or deleting one after the end turned a verified result into none and named honest members. Four hospitals, s = 3, t = 2, Q =
/// 3.
/// </summary>
public sealed class AvailabilityTests : IDisposable
{
    private const int Culprit = 3;

    private readonly Region _region = new(hospitals: 4, members: 3);

    public void Dispose() => _region.Dispose();

    private void Verified(int[] hospitals, params Enum[] kinds)
    {
        AggregateOutcome outcome = _region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(hospitals.Select(i => _region.Hospitals[i]), outcome.Contributors);
        Assert.Equal((BigInteger)_region.Count(hospitals, (c, r) => c[0][r] == 2), outcome.Values[0]);
        Assert.Equal(kinds, outcome.Findings.Select(f => f.Kind));
    }

    /// <summary>A file that comes after the end, and one that comes between two signatures.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ciphertext_that_comes_later_changes_nothing(bool betweenSignatures)
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit);
        _region.Post(Culprit, deal, ciphertexts[..2]); // all but that of the third member
        _region.CheckAll();
        Region.Done(_region.Member(0).Freeze());
        if (betweenSignatures)
        {
            _region.Board.Blobs.Put(ciphertexts[2]);
        }

        _region.FreezeAll(0).ShareAll();
        Verified([0, 1, 2], ExclusionKind.NotDelivered);
        _region.Board.Blobs.Put(ciphertexts[2]);
        Verified([0, 1, 2], ExclusionKind.NotDelivered);
    }

    /// <summary>A file is away for a moment, or a member says so falsely; the ciphertext is posted on the log, by whoever has it,
    /// and files are needed no more.</summary>
    [Fact]
    public void A_ciphertext_that_is_asked_for_is_posted_on_the_log_and_no_file_is_needed_again()
    {
        _region.Open().DealAll().Close(1);
        byte[] hash = _region.ReadDeal(Culprit).Ciphertexts.Span[..32].ToArray();
        byte[] ciphertext = _region.Board.Blobs.Read(hash, 1 << 20)!;
        _region.Board.DropBlob(hash);
        Region.Done(_region.Member(0).Check());
        _region.Board.Blobs.Put(ciphertext);
        _region.Each([0], m => m.Check());
        _region.Close(2);
        _region.Each([], m => m.Check()); // a member that has it posts it, though its dealer is gone
        Assert.Single(_region.Entries(BoardKinds.CiphertextDisclosure));
        _region.Close(3).Close(4).FreezeAll().ShareAll();
        Verified([0, 1, 2, 3]);
        for (int i = 0; i < 4; i++)
        {
            for (int a = 0; a < 3; a++)
            {
                _region.Board.DropBlob(_region.ReadDeal(i).Ciphertexts.Span.Slice(32 * a, 32));
            }
        }

        Verified([0, 1, 2, 3]);
    }

    /// <summary>
    /// Attack A2: bad shares delivered just before D3: nobody could complain any more, the set was frozen with them, no share of
    /// the sum could be given, the data set was lost for ever, the two honest members were named and the dealer was not.
    /// </summary>
    [Fact]
    public void Bad_shares_delivered_just_before_the_third_cut_off_put_their_dealer_out_by_the_fourth()
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit, (a, shares) => shares[0] ^= (byte)(a > 1 ? 1 : 0));
        _region.Post(Culprit, deal, ciphertexts[..1]);
        _region.Close(1).Each([], m => m.Check());
        _region.Close(2);
        Region.Done(_region.Member(0).CloseCutOff(3)); // the first closer's word, the bad ciphertexts, the second's
        for (int a = 2; a <= 3; a++)
        {
            var delivery = new CiphertextDisclosure(DealRole.Contribution, _region.Hospitals[Culprit], a, ciphertexts[a - 1]);
            _region.Board.As(_region.Hospitals[Culprit]).Append(BoardKinds.CiphertextDisclosure, _region.Sid, delivery.Encode());
        }

        Region.Done(_region.Member(1).CloseCutOff(3));
        // who complained does not hold until it says so
        Assert.False(_region.View() is { } view && view.Checks!.HasAcknowledgedAll(2, view.Selection!.Set.Counted));
        _region.Each([], m => m.Check());
        _region.Close(4).FreezeAll().ShareAll();
        Verified([0, 1, 2], FaultKind.BadShare);
        Assert.Equal(_region.Hospitals[Culprit], _region.Verify().Findings.Single().Party);
    }

    /// <summary>Where the two members say nothing more, fewer than Q hold everything: nothing is frozen, and the data set is free
    /// again.</summary>
    [Fact]
    public void Who_was_answered_and_does_not_say_that_it_holds_does_not_count_as_a_holder()
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit);
        _region.Post(Culprit, deal, ciphertexts[..2]);
        _region.Close(1).Each([], m => m.Check());
        _region.Close(2);
        _region.Board.Blobs.Put(ciphertexts[2]);
        Region.Done(_region.Dealer(Culprit).AnswerComplaints());
        _region.Close(3).Close(4);
        Assert.Equal(
            (OutcomeStatus.Ended, "2 members hold all shares, 3 are needed"),
            (_region.Verify().Status, _region.Verify().Reason)
        );
        Assert.All(
            _region.Members,
            m => Assert.Equal(StepStatus.Refused, _region.Member(Array.IndexOf(_region.Members, m)).Freeze().Status)
        );

        // they have said so on the log, which frees the data set: the same set is opened by another session
        _region.Open(_region.Terms() with { Purpose = "again" }).DealAll().CheckAll().FreezeAll().ShareAll();
        Verified([0, 1, 2, 3]);
    }

    /// <summary>
    /// A ciphertext of more than 1 MiB does not fit into an entry: the words of Q members that they hold it stand for it, and
    /// what becomes of the files after that decides nothing. One without those words puts its dealer out.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ciphertext_too_long_for_the_log_counts_by_the_words_of_Q_members(bool answered)
    {
        using var region = new Region(hospitals: 4, members: 3);
        using var updates = new Updates(region, 1 << 15, 3);
        updates.DealAll();
        byte[] hash = region.ReadDeal(Culprit).Ciphertexts.Span.Slice(64, 32).ToArray();
        byte[] ciphertext = region.Board.Blobs.Read(hash, 1 << 22)!;
        Assert.True(ciphertext.Length > CiphertextDisclosure.MaxInline);
        region.Board.DropBlob(hash);
        region.Close(1).Each([], m => m.Check());
        region.Close(2);
        region.Board.Blobs.Put(ciphertext);
        if (answered)
        {
            region.Each([], m => m.Check());
            Assert.Equal(3, region.Entries(BoardKinds.Holding).Count());
            region.Board.DropBlob(hash); // the members keep it
        }

        region.Close(3);
        region.Each([], m => m.Check());
        region.Close(4).FreezeAll().ShareAll();
        AggregateOutcome outcome = region.Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        Assert.Equal(updates.Sum(answered ? [0, 1, 2, 3] : [0, 1, 2]), outcome.Vector.ToArray());
        Assert.Equal(answered ? [] : [ExclusionKind.NotDelivered], outcome.Findings.Select(f => f.Kind));
    }
}
