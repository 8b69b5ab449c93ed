using System.Numerics;
using Xunit;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Statistics;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests;

/// <summary>Dealers that fail or cheat: the right result without them, and their names. Six hospitals, s = 5, t = 3, Q =
/// 4.</summary>
public sealed class DealFaultTests : IDisposable
{
    private const int Culprit = 5;

    private readonly Region _region = new(hospitals: 6, members: 5);

    public void Dispose() => _region.Dispose();

    /// <summary>The rest of the session; the result must be that of the others and the culprit must be named for this.</summary>
    private AggregateOutcome EndsWithout(Enum? kind, params int[] without)
    {
        AggregateOutcome outcome = _region.FreezeAll().ShareAll().Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
        int[] with = [.. Enumerable.Range(0, 6).Except(without)];
        Assert.Equal(with.Select(i => _region.Hospitals[i]), outcome.Contributors);
        Assert.Equal((BigInteger)_region.Count(with, (c, r) => c[0][r] == 2), outcome.Values[0]);
        Assert.Equal(
            kind is null ? [] : [(_region.Hospitals[without[0]], kind)],
            outcome.Findings.Select(f => (f.Party, f.Kind))
        );
        return outcome;
    }

    [Fact]
    public void A_hospital_that_drops_out_before_its_message_is_not_in_the_sum()
    {
        _region.Open().DealAll(Culprit).CheckAll();
        EndsWithout(null, Culprit);
    }

    [Fact]
    public void A_hospital_that_drops_out_after_its_message_stays_in_it()
    {
        _region.Open().DealAll().CheckAll(); // hospital 5 is in no committee: nothing more is asked of it
        EndsWithout(null);
    }

    [Fact]
    public void A_late_Deal_does_not_count()
    {
        _region.Open().DealAll(Culprit).Close(1);
        Assert.Equal(StepStatus.Refused, _region.Dealer(Culprit).DealCube(_region.Cubes[Culprit]).Status);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit);
        _region.Post(Culprit, deal, ciphertexts);
        _region.CheckAll();
        EndsWithout(null, Culprit);
    }

    [Theory]
    [InlineData(4)] // a share
    [InlineData(1)] // a seed
    [InlineData(0)] // all
    public void A_wrong_share_is_shown_and_its_dealer_is_out(int victim)
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(
            Culprit,
            (a, shares) => shares[0] ^= (byte)(victim == 0 || a == victim ? 1 : 0)
        );
        _region.Post(Culprit, deal, ciphertexts);
        _region.CheckAll();
        Assert.Equal(victim == 0 ? 5 : 1, _region.Entries(BoardKinds.Complaint).Count());
        EndsWithout(FaultKind.BadShare, Culprit);
    }

    [Fact]
    public void A_failed_tag_a_wrong_length_and_a_scalar_that_is_not_canonical_are_bad_shares()
    {
        foreach (int way in (int[])[0, 1, 2])
        {
            using var region = new Region(hospitals: 4, members: 3);
            region.Open().DealAll(3);
            (Dealing deal, byte[][] ciphertexts) = region.Forge(
                3,
                (a, shares) =>
                {
                    if (a == 3 && way == 2)
                    {
                        shares.AsSpan(0, 32).Fill(0xff);
                    }
                }
            );
            if (way < 2)
            {
                // the hash in the dealing is that of what is sent, and its proof holds: only the decryption shows it
                ciphertexts[2] = way == 0 ? [.. ciphertexts[2][..^1], (byte)(ciphertexts[2][^1] ^ 1)] : ciphertexts[2][..^32];
                Scalar e = Scalar.FromUInt64(77);
                deal = Resign(region, 3, deal, ciphertexts, e);
            }

            region.Post(3, deal, ciphertexts);
            region.CheckAll().FreezeAll().ShareAll();
            AggregateOutcome outcome = region.Verify();
            Assert.Equal(OutcomeStatus.Verified, outcome.Status);
            Assert.Contains(outcome.Findings, f => f.Party == region.Hospitals[3] && f.Kind.Equals(FaultKind.BadShare));
        }
    }

    /// <summary>The same dealing with other ciphertexts, proven again: its dealer knows everything that it has to know, for an E
    /// of its own.</summary>
    private static Dealing Resign(Region region, int hospital, Dealing deal, byte[][] ciphertexts, in Scalar e)
    {
        var id = new DealId(DealRole.Contribution, region.Hospitals[hospital]);
        byte[] hashes = [.. ciphertexts.SelectMany(System.Security.Cryptography.SHA256.HashData)];
        Dealing changed = Region.With(deal, ephemeral: PedersenGenerators.BTable.Multiply(e).Compress(), ciphertexts: hashes);
        using DealWitness witness = DealWitness.OfCube(region.Cubes[hospital]);
        return Region.With(changed, proof: DealProof.Prove(region.Session, id, changed, e, witness));
    }

    [Fact]
    public void A_ciphertext_that_comes_to_nobody_puts_its_dealer_out()
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit);
        _region.Post(Culprit, deal, ciphertexts[..4]); // all but that of member 5
        _region.CheckAll();
        EndsWithout(ExclusionKind.NotDelivered, Culprit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_ciphertext_that_is_posted_when_asked_for_counts_and_is_checked(bool bad)
    {
        _region.Open().DealAll(Culprit);
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit, (a, shares) => shares[0] ^= (byte)(bad && a == 5 ? 1 : 0));
        _region.Post(Culprit, deal, ciphertexts[..4]);
        _region.Close(1).Each([], m => m.Check());
        _region.Close(2);
        var kept = new MemoryBoard("kept");
        Array.ForEach(ciphertexts, c => kept.Blobs.Put(c));
        Region.Done(_region.Dealer(Culprit).AnswerComplaints(kept.Blobs));
        _region.Each([], m => m.Check());
        _region.Close(3).Close(4);
        EndsWithout(bad ? FaultKind.BadShare : null, bad ? [Culprit] : []);
    }

    [Theory]
    [InlineData(0)] // E, polynomials, ciphertexts and proof of the victim
    [InlineData(1)] // with E shifted by a known point
    [InlineData(2)] // the same, its proof shifted too
    [InlineData(3)] // the dealing as it stands
    public void A_copied_Deal_is_void_and_no_shared_point_of_the_victim_ever_appears(int way)
    {
        _region.Open().DealAll(Culprit);
        Dealing victim = _region.ReadDeal(2),
            own = _region.Forge(Culprit).Dealing;
        Scalar shift = Scalar.FromUInt64(5);
        RistrettoPoint e = Decode(victim.Ephemeral),
            shifted = e + PedersenGenerators.BTable.Multiply(shift);
        Dealing copy = way switch
        {
            3 => victim,
            _ => Region.With(
                own,
                ephemeral: way == 0 ? victim.Ephemeral : shifted.Compress(),
                commitments: victim.Commitments,
                ciphertexts: victim.Ciphertexts,
                proof: way < 2 ? victim.Proof : ShiftedProof(victim.Proof, shift)
            ),
        };
        _region.Post(Culprit, copy);
        _region.CheckAll();
        Assert.Empty(_region.Entries(BoardKinds.Complaint)); // whatever the copy's ciphertexts are, nobody opened them
        for (int a = 0; a < 5; a++)
        {
            foreach (RistrettoPoint point in (RistrettoPoint[])[_region.Key(a) * e, _region.Key(a) * shifted])
            {
                byte[] shared = point.Compress().ToBytes();
                for (long p = 0; p < _region.Board.GetCheckpoint().Size; p++)
                {
                    Assert.True(_region.Board.Read(p)!.Body.Span.IndexOf(shared) < 0);
                }
            }
        }

        EndsWithout(way == 3 ? FaultKind.Malformed : FaultKind.NotDealtByKnowledge, Culprit);
    }

    private static byte[] ShiftedProof(ReadOnlyMemory<byte> proof, in Scalar shift)
    {
        Assert.True(Scalar.TryDecode(proof.Span.Slice(32, 32), out Scalar z));
        return [.. proof[..32].Span, .. (z + shift).ToBytes(), .. proof[64..].Span];
    }

    [Fact]
    public void A_Deal_of_another_session_is_void()
    {
        _region.Open().DealAll();
        Dealing old = _region.ReadDeal(Culprit);
        Dealing victim = _region.ReadDeal(2);
        _region.Open(_region.Terms() with { Purpose = "again" }).DealAll(Culprit);
        _region.Post(Culprit, old);
        _region.CheckAll();
        Assert.Empty(_region.Entries(BoardKinds.Complaint));
        Assert.DoesNotContain(_region.View().Deals.Keys, d => d.Dealer == _region.Hospitals[Culprit]);
        Assert.NotEqual(victim.Ephemeral, _region.ReadDeal(2).Ephemeral);
        EndsWithout(FaultKind.NotDealtByKnowledge, Culprit);
    }

    [Fact]
    public void An_ephemeral_point_that_was_seen_in_a_valid_Deal_is_void_and_nobody_can_void_one_by_sending_it_first()
    {
        _region.Open();
        (Dealing first, byte[][] one) = _region.Forge(4);
        (Dealing second, byte[][] two) = _region.Forge(Culprit);
        Scalar e = Scalar.FromUInt64(99);
        // E first, without its proof
        _region.Post(Culprit, Region.With(second, ephemeral: PedersenGenerators.BTable.Multiply(e).Compress()), two);
        _region.Post(4, Resign(_region, 4, first, one, e), one);
        Assert.Contains(_region.View().Deals.Keys, d => d.Dealer == _region.Hospitals[4]);
        Assert.Equal([FaultKind.NotDealtByKnowledge], _region.View().Findings.Select(f => f.Kind));

        using var other = new Region(hospitals: 6, members: 5);
        other.Open();
        (first, one) = other.Forge(4);
        (second, two) = other.Forge(Culprit);
        other.Post(4, Resign(other, 4, first, one, e), one);
        other.Post(Culprit, Resign(other, Culprit, second, two, e), two); // two that collude
        Assert.Equal(
            [(other.Hospitals[Culprit], FaultKind.RepeatedEphemeral)],
            other.View().Findings.Select(f => (f.Party, f.Kind))
        );
    }

    [Fact]
    public void A_beacon_whose_dealer_does_not_know_it_is_void()
    {
        var loss = new PrivacyLoss(2m, 0.000000001m);
        _region.Open(_region.Terms() with { Noise = new NoiseTerms(loss, 1, BinomialNoise.CoinsFor(loss, 1)) });
        RistrettoPoint others = RistrettoPoint.Identity;
        for (int j = 0; j < 4; j++)
        {
            Region.Done(new Dealer(_region.Board.As(_region.Members[j]), _region.Sid).DealBeacon());
        }

        foreach (BoardEntry entry in _region.Entries(BoardKinds.Dealing))
        {
            Assert.True(Dealing.TryDecode(entry.Body, _region.Session, entry.Author, out Dealing? deal, out _));
            others += Decode(deal.Constant);
        }

        // the last dealer wants the sum to be 7·G + 3·H: its constant term is what is missing, which it cannot open
        var witness = new DealWitness();
        witness.AddKept([Scalar.FromUInt64(7)], Scalar.FromUInt64(3));
        RistrettoPoint wanted = VectorCommitment.Commit(GeneratorFamily.Cube, [Scalar.FromUInt64(7)], Scalar.FromUInt64(3));
        var rogue = new Dealing { Role = DealRole.Beacon, Constant = (wanted - others).Compress() };
        (Dealing complete, byte[][] ciphertexts) = DealBuilder.Complete(
            _region.Session,
            new DealId(DealRole.Beacon, _region.Members[4]),
            rogue,
            witness,
            null
        );
        Array.ForEach(ciphertexts, c => _region.Board.Blobs.Put(c));
        _region.Board.As(_region.Members[4]).Append(BoardKinds.Dealing, _region.Sid, complete.Encode());
        _region.DealAll().CheckAll();
        SessionView view = _region.View();
        Assert.Equal(_region.Members[..4], view.Selection!.Set.BeaconDealers);
        Assert.Equal([(_region.Members[4], FaultKind.NotDealtByKnowledge)], view.Findings.Select(f => (f.Party, f.Kind)));
        AggregateOutcome outcome = _region.FreezeAll().Each([], m => m.ShareBeacon()).ShareAll().Verify();
        Assert.Equal(OutcomeStatus.Verified, outcome.Status);
    }

    [Fact]
    public void A_contribution_that_is_not_the_cube_of_the_committed_table_is_void()
    {
        _region.Open().DealAll(Culprit);
        uint[][] codes = [.. _region.Codes[Culprit].Select(c => (uint[])c.Clone())];
        codes[0].AsSpan().Fill(2);
        // all patients have it, by another table of the same owner
        using ContingencyTableOpening other = _region.Prove(Culprit, codes);

        // the cube of the one table with the proof and the commitments of the other, dealt with full knowledge of what is dealt
        (Dealing deal, byte[][] ciphertexts) = _region.Forge(
            Culprit,
            cubes: other,
            change: d => new Dealing
            {
                Role = d.Role,
                Table = _region.Forge(Culprit).Dealing.Table,
                Constant = d.Constant,
                CubeProof = _region.Cubes[Culprit].Proof,
            }
        );
        _region.Post(Culprit, deal, ciphertexts);
        _region.CheckAll();
        EndsWithout(FaultKind.UnprovenContribution, Culprit);
    }

    [Fact]
    public void A_table_that_its_owner_did_not_publish_or_does_not_own_does_not_count()
    {
        _region.Open().DealAll(Culprit, 4);
        using (ContingencyTableOpening foreign = _region.Prove(4, _region.Codes[4], owner: _region.Hospitals[Culprit]))
        {
            // published by hospital 4, owned by hospital 5
            (Dealing deal, byte[][] ciphertexts) = _region.Forge(Culprit, cubes: foreign);
            _region.Post(Culprit, deal, ciphertexts);
        }

        Region.Done(_region.Dealer(4).DealCube(_region.Cubes[4]));
        _region.CheckAll();
        EndsWithout(FaultKind.UnprovenContribution, Culprit);
    }

    [Fact]
    public void A_dealer_is_left_out_where_its_own_minimum_is_not_reached()
    {
        _region.Open().DealAll(Culprit, 4);
        Region.Done(_region.Dealer(Culprit).DealCube(_region.Cubes[Culprit], new DealOptions { Minimum = 6 }));
        _region.CheckAll();
        EndsWithout(ExclusionKind.MinimumNotReached, Culprit, 4);
    }

    private static RistrettoPoint Decode(CompressedPoint point)
    {
        Assert.True(point.TryDecompress(out RistrettoPoint decoded));
        return decoded;
    }
}
