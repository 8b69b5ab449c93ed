using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Testing;

namespace ZkHealth.Aggregation.Tests.Learning;

public partial class RoundLogTests
{
    private static double[][] Values(int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, 5)
                .Select(_ => Enumerable.Range(0, LearningRegion.Entries).Select(_ => random.NextDouble() - 0.4).ToArray()),
        ];
    }

    [Fact]
    public void Rounds_with_contributors_means_evaluations_and_answers()
    {
        using var region = new LearningRegion();
        double[][] first = Values(1),
            second = Values(2);
        second[4] = [.. second[4].Select(x => -3 * x)];
        region.Log(4).Begin(0, Updates.Sid); // of no session
        region.Run(region.Terms(0), first);
        region.Log(4).Begin(1, new RoundLog(region.Board, region.Model).Read().Single().Session); // of another round
        region.Log(1).Evaluate(new RoundEvaluated(0, "held out", [new("accuracy", 0.75)]));
        region.Run(region.Terms(1), [second[0], null, second[2], second[3], second[4]]);

        IReadOnlyList<RoundView> rounds = new RoundLog(region.Board, region.Model).Read();
        Assert.Equal([0, 1], rounds.Select(r => r.Round));
        Assert.All(rounds, r => Assert.Equal(OutcomeStatus.Verified, r.Outcome.Status));
        Assert.All(rounds, r => Assert.True(r.HasCleanPadding));
        Assert.Equal(region.Hospitals, rounds[0].Contributions.Select(c => c.Hospital));
        Assert.Equal([10UL, 12, 13, 14], rounds[1].Contributions.OrderBy(c => c.Weight).Select(c => c.Weight));
        Assert.Equal(0.75, rounds[0].Evaluations.Single().Evaluation.Measures.Single().Value);
        Assert.Empty(rounds[1].Evaluations);
        for (int j = 0; j < LearningRegion.Entries; j++)
        {
            double mean = Enumerable.Range(0, 5).Sum(i => (10 + i) * Math.Clamp(first[i][j], -1, 1)) / 60;
            Assert.InRange(rounds[0].Mean![j] - mean, -LearningRegion.Quantiser.ErrorBound, LearningRegion.Quantiser.ErrorBound);
        }

        // one is asked and answers, one answers falsely, the others keep silent
        region.Log(0).Ask(1, 1);
        UpdateDirection direction = RoundLog.Direction(rounds[1])!;
        region.Log(4).Answer(1, AccountProof.Prove(region.Update(1, 4), direction));
        region.Log(2).Answer(1, AccountProof.Prove(region.Update(1, 3), direction));
        region.Log(1).Answer(1, AccountProof.Prove(region.Update(1, 0), direction));
        RoundView asked = new RoundLog(region.Board, region.Model).Read(1).Single();
        Assert.Equal([region.Hospitals[0], region.Hospitals[2], region.Hospitals[3]], asked.Unanswered.Order());
        Assert.Equal(2, asked.Answers.Count);
        RoundAnswer answer = asked.Answers.Single(a => a.Hospital == region.Hospitals[4]);
        Assert.Equal(VerificationResult.Accepted, answer.Verdict);
        Assert.False(asked.Answers.Single(a => a.Hospital == region.Hospitals[2]).Verdict.IsAccepted);

        // a true answer after a false one counts, and the shares add up to 1
        foreach (int i in (int[])[0, 2, 3])
        {
            region.Log(i).Answer(1, AccountProof.Prove(region.Update(1, i), direction));
        }

        asked = new RoundLog(region.Board, region.Model).Read(1).Single();
        Assert.Empty(asked.Unanswered);
        Assert.Equal(1, asked.Answers.Sum(a => a.Share!.Value), 1e-9);
        double[] mean1 = [.. asked.Mean!];
        double expected =
            14
            * Enumerable.Range(0, LearningRegion.Entries).Sum(j => mean1[j] * Math.Clamp(second[4][j], -1, 1))
            / (49 * mean1.Sum(x => x * x));
        Assert.Equal(expected, asked.Answers.Single(a => a.Hospital == region.Hospitals[4]).Share!.Value, 0.05);
        Assert.Single(RoundLog.Models(region.Board));
    }

    [Fact]
    public void Strangers_take_no_rounds_place_and_ask_nothing()
    {
        // found by reading: whoever came first with a session of the model's next round, or with a useless question, hid the true
        // one
        using var region = new LearningRegion();
        region.Run(region.Terms(0), Values(9));
        PartyId[] strangers = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"stranger {i}")).Order()];
        AggregationTerms own = region.Terms(1).ForSession(region.Board.Origin, strangers, strangers);
        foreach (PartyId stranger in strangers)
        {
            CommitteeMember.Register(region.Board.As(stranger), stranger.ToString());
            CommitteeMember.RegisterKey(region.Board.As(stranger), own, new MemoryMemberState());
        }

        AggregationSession theirs = Combiner.Open(region.Board.As(strangers[0]), own, UpdatePolicy.Rules).Session!;
        var log = new RoundLog(region.Board.As(strangers[0]), region.Model);
        log.Begin(1, theirs.Sid);
        log.Ask(0, 1);
        Assert.Null(log.SessionOf(1));
        Assert.Equal(
            (false, true, true),
            (log.MayAsk(0, strangers[0]), log.MayAsk(0, region.Hospitals[0]), log.MayAsk(0, region.Committee[1]))
        );
        region.Run(region.Terms(1), Values(10));
        region.Log(0).Ask(0, 0);
        IReadOnlyList<RoundView> rounds = log.Read();
        Assert.Equal([0, 1], rounds.Select(r => r.Round));
        Assert.All(rounds, r => Assert.Equal(OutcomeStatus.Verified, r.Outcome.Status));
        Assert.False(theirs.Sid.Span.SequenceEqual(rounds[1].Session.Span));
        Assert.Equal((0, null), (rounds[0].Asked!.Value.Question.DirectionRound, rounds[1].Asked));
    }

    /// <summary>Attack A7: whoever came first with a model's name had its first round: strangers opened "diabetes" before the
    /// region did, and the region's own rounds did not count. A model is its name and its founders.</summary>
    [Fact]
    public void Strangers_under_a_models_name_found_another_model()
    {
        using var region = new LearningRegion();
        PartyId[] strangers = [.. Enumerable.Range(0, 3).Select(i => Region.Id($"stranger {i}")).Order()];
        var quorum = new OpeningQuorum(strangers, 2);
        Array.ForEach(strangers, s => CommitteeMember.Register(region.Board.As(s), s.ToString()));
        RoundTerms agreed = region.Terms(0);
        RoundTerms Of(LearningModel model) =>
            new(model, 0, agreed.Entries, agreed.Quantiser, agreed.SquaredNorm, agreed.WeightCap, quorum);
        LearningModel theirs = LearningModel.Found(region.Founded.Name, strangers, strangers, quorum);

        // under the region's own identifier, with themselves as committee; and honestly, as their own model of that name
        foreach (LearningModel model in (LearningModel[])[region.Founded, theirs])
        {
            AggregationTerms terms = Of(model).ForSession(region.Board.Origin, strangers, strangers);
            Array.ForEach(strangers, s => CommitteeMember.RegisterKey(region.Board.As(s), terms, new MemoryMemberState()));
            AggregationSession session = Combiner.Open(region.Board.As(strangers[0]), terms, UpdatePolicy.Rules).Session!;
            new RoundLog(region.Board.As(strangers[0]), model.Id.Span).Begin(0, session.Sid);
        }

        Assert.Null(region.Log(0).SessionOf());
        AggregationSession own = region.Run(agreed, Values(11));
        Assert.Equal(own.Sid.ToArray(), region.Log(0).SessionOf()!.Sid.ToArray());
        Assert.Equal(OutcomeStatus.Verified, region.Log(0).Read().Single().Outcome.Status);
        LearningModel[] models = [.. RoundLog.Models(region.Board)];
        Assert.Equal(["diabetes", "diabetes"], models.Select(m => m.Name));
        Assert.Equal(
            [region.Model, theirs.Id.ToArray()],
            models.Select(m => m.Id.ToArray()).OrderBy(id => id.AsSpan().SequenceEqual(theirs.Id.Span))
        );
        Assert.Equal((false, true), (region.Log(0).HasParty(strangers[0]), region.Log(0).HasParty(region.Hospitals[4])));
    }

    [Fact]
    public void An_update_over_the_norm_never_enters_and_its_dealer_is_named()
    {
        using var region = new LearningRegion();
        double[][] values = Values(3);
        values[2] = [.. Enumerable.Repeat(1.0, LearningRegion.Entries)];
        RoundTerms terms = region.Terms(0, 127 * 127 * 20);

        // proven under terms of its own with a larger bound, and dealt with that proof, or with none
        region.Run(terms, [values[0], values[1], null, values[3], values[4]]);
        Assert.Empty(new RoundLog(region.Board, region.Model).Read().Single().Outcome.Findings);

        RoundTerms next = region.Terms(1, 127 * 127 * 20);
        region.Run(
            next,
            [values[0], values[1], [.. new double[LearningRegion.Entries]], values[3], values[4]],
            (i, update) =>
            {
                byte[] sid = update.Update.Session.ToArray();
                var dealer = new Dealer(region.Board.As(region.Hospitals[i]), sid, UpdatePolicy.Rules);
                if (i != 2)
                {
                    return update.Deal(dealer, 10);
                }

                UpdateOpening large = Updates.Commit(next, values[2], sid, region.Hospitals[2]);
                Assert.Throws<ArgumentException>(() => ProvenUpdateOpening.Prove(large));
                (UpdateProof proof, ContingencyTableOpening cubes) = UpdateProof.ProveUnchecked(large, null, next.SquaredNorm, 1);
                TablePublication.Publish(region.Board.As(region.Hospitals[2]), large.Commitment, next.Table.Name);
                return dealer.DealUpdate(large.Table, cubes, 10, new DealOptions { PolicyProof = proof.PolicyProof });
            }
        );
        RoundView round = new RoundLog(region.Board, region.Model).Read(1).Single();
        Assert.Equal(OutcomeStatus.Verified, round.Outcome.Status);
        Assert.DoesNotContain(region.Hospitals[2], round.Outcome.Contributors);
        Finding finding = Assert.Single(round.Outcome.Findings);
        Assert.Equal((region.Hospitals[2], FaultKind.UnprovenContribution), (finding.Party, finding.Kind));
        Assert.StartsWith("the norm is not within its bound", finding.Reason, StringComparison.Ordinal);
    }

    /// <summary>Codes behind the entries are in range and within the norm, so they can be dealt: what comes of it, and who sees
    /// it.</summary>
    [Fact]
    public void Padding_that_is_not_zero_changes_no_entry_of_the_mean_and_shows()
    {
        using var region = new LearningRegion();
        double[][] values = Values(7);
        var dirty = new ProvenUpdateOpening[1];
        region.Run(
            region.Terms(0),
            values,
            (i, update) =>
            {
                var board = region.Board.As(region.Hospitals[i]);
                var dealer = new Dealer(board, update.Update.Session.Span, UpdatePolicy.Rules);
                if (i != 3)
                {
                    return update.Deal(dealer, 10);
                }

                RoundTerms terms = update.Update.Terms;
                uint[] codes = update.Update.Codes.ToArray();
                Assert.Equal(64, codes.Length);
                codes[50] = 0; // -127 where nothing reads it
                using var secret = TableSecret.Create();
                UpdateOpening committed = UpdateOpening.Commit(
                    new QuantisedUpdate(terms.Quantiser, codes, terms.Entries, 0),
                    terms,
                    update.Update.Session.Span,
                    region.Hospitals[i],
                    secret
                );
                dirty[0] = ProvenUpdateOpening.Prove(committed);
                TablePublication.Publish(board, committed.Commitment, terms.Table.Name);
                return dirty[0].Deal(dealer, 10);
            }
        );
        RoundView view = new RoundLog(region.Board, region.Model).Read().Single();
        Assert.Equal(5, view.Contributions.Count);
        Assert.False(view.HasCleanPadding);
        Assert.Equal((50 * 127 - 10 * 127, 50 * 127), (view.Outcome.Vector.Span[50], view.Outcome.Vector.Span[49]));
        for (int j = 0; j < LearningRegion.Entries; j++)
        {
            Assert.InRange(
                view.Mean![j] - values.Average(v => Math.Clamp(v[j], -1, 1)),
                -LearningRegion.Quantiser.ErrorBound,
                LearningRegion.Quantiser.ErrorBound
            );
        }

        // the inner product is that of the entries; the norm that is shown is larger by what stands behind them
        UpdateDirection direction = RoundLog.Direction(view)!;
        AccountProof own = AccountProof.Prove(dirty[0], direction),
            clean = AccountProof.Prove(region.Update(0, 3), direction);
        Assert.Equal(VerificationResult.Accepted, own.Verify(dirty[0].Proof, direction));
        Assert.Equal(clean.Answer.InnerProduct, own.Answer.InnerProduct);
        Assert.Equal(clean.Answer.SquaredNorm + 127 * 127, own.Answer.SquaredNorm);

        // the auditor of a full opening sees whose it is
        foreach ((int i, ProvenUpdateOpening update) in ((int, ProvenUpdateOpening)[])[(3, dirty[0]), (2, region.Update(0, 2))])
        {
            using var auditor = AuditorKey.Create();
            var request = new OpeningRequest(
                view.Session.Span,
                region.Hospitals[i],
                update.Proof.Table.Root.Span,
                auditor.Public,
                "padding"
            );
            byte[] sealedBytes = SealedOpening.Seal(update.Update, request, region.Committee);
            Assert.True(
                SealedOpening.TryOpen(auditor, request, update.Proof, sealedBytes, out OpenedUpdate? opened, out string? reason),
                reason
            );
            Assert.Equal(i != 3, opened.HasCleanPadding);
        }

        dirty[0].Dispose();
    }
}
