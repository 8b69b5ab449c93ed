using ZkHealth.Aggregation.Learning;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Statistics;
using ZkHealth.Tests.Hostile;
using Encoding = System.Text.Encoding;
using RoundUpdates = ZkHealth.Aggregation.Tests.Learning.Updates;
using VectorUpdates = ZkHealth.Aggregation.Tests.Updates;

namespace ZkHealth.Aggregation.Tests.Hostile;

/// <summary>The messages of sums over hospitals and of learning.</summary>
internal static class AggregationDecoders
{
    /// <summary>Terms are checked with the weights of their statistics: five rows over some thousand cells.</summary>
    private const long Weights = 2 << 20;

    public static List<Decoder> List() => [.. Messages(), .. Vectors(), .. Learning()];

    private static List<Decoder> Messages()
    {
        using var region = new Region(hospitals: 4, members: 3);
        region.Open(
            region.Terms(new CountStatistic(Region.Yes), new HistogramStatistic("age", Region.Old)) with
            {
                Noise = new NoiseTerms(new PrivacyLoss(1m, 0.000000001m), 1, 136),
            }
        );
        AggregationSession session = region.Session;
        (Dealing deal, byte[][] ciphertexts) = region.Forge(0);
        byte[] digest = deal.Digest();
        PartyId[] parties = region.Hospitals;
        return
        [
            new(
                typeof(AggregationTerms),
                nameof(AggregationTerms.TryDecode),
                "",
                session.Terms.Encode(),
                b => AggregationTerms.TryDecode(b, out AggregationTerms? m, out _) ? m.Encode() : null,
                Work: Weights
            ),
            new(
                typeof(AggregationSession),
                nameof(AggregationSession.TryDecode),
                "",
                session.Encode(),
                b => AggregationSession.TryDecode(b, out AggregationSession? m, out _) ? m.Encode() : null,
                Work: Weights
            ),
            new(
                typeof(TablePublication),
                nameof(TablePublication.TryDecode),
                "named",
                new TablePublication(digest, digest, 1000, "clinic").Encode(),
                b => TablePublication.TryDecode(digest, b, out TablePublication? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(TablePublication),
                nameof(TablePublication.TryDecode),
                "without a name",
                new TablePublication(digest, digest, 1000, "").Encode(),
                b => TablePublication.TryDecode(digest, b, out TablePublication? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(Registration),
                nameof(Registration.TryDecode),
                "",
                new Registration("hospital").Encode(),
                b => Registration.TryDecode(b, out Registration? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(SessionKey),
                nameof(SessionKey.TryDecode),
                "",
                new SessionKey(deal.Ephemeral, new byte[64]).Encode(),
                b => SessionKey.TryDecode(b, out SessionKey? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(PhaseClosed),
                nameof(PhaseClosed.TryDecode),
                "",
                new PhaseClosed(2).Encode(),
                b => PhaseClosed.TryDecode(b, out PhaseClosed? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(Dealing),
                nameof(Dealing.TryDecode),
                "",
                deal.Encode(),
                b => Dealing.TryDecode(b, session, parties[0], out Dealing? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(ShareAcknowledgement),
                nameof(ShareAcknowledgement.TryDecode),
                "",
                new ShareAcknowledgement([digest, new byte[32]]).Encode(),
                b => ShareAcknowledgement.TryDecode(b, out ShareAcknowledgement? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(Complaint),
                nameof(Complaint.TryDecode),
                "bad share",
                new Complaint(
                    DealRole.Contribution,
                    parties[0],
                    digest,
                    ComplaintKind.BadShare,
                    deal.Ephemeral,
                    new byte[64],
                    ciphertexts[0]
                ).Encode(),
                b => Complaint.TryDecode(b, out Complaint? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(Complaint),
                nameof(Complaint.TryDecode),
                "not delivered",
                new Complaint(
                    DealRole.Beacon,
                    parties[1],
                    digest,
                    ComplaintKind.NotDelivered,
                    default,
                    default,
                    default
                ).Encode(),
                b => Complaint.TryDecode(b, out Complaint? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(CiphertextDisclosure),
                nameof(CiphertextDisclosure.TryDecode),
                "",
                new CiphertextDisclosure(DealRole.Contribution, parties[0], 1, ciphertexts[1]).Encode(),
                b => CiphertextDisclosure.TryDecode(b, out CiphertextDisclosure? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(ContributorSetSignature),
                nameof(ContributorSetSignature.TryDecode),
                "",
                new ContributorSetSignature(region.Board.GetCheckpoint(), [parties[0], parties[2]], [parties[1]]).Encode(),
                b => ContributorSetSignature.TryDecode(b, out ContributorSetSignature? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(BudgetDebit),
                nameof(BudgetDebit.TryDecode),
                "",
                new BudgetDebit(region.Session.Sid, digest, 40).Encode(),
                b => BudgetDebit.TryDecode(b, out BudgetDebit? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(Holding),
                nameof(Holding.TryDecode),
                "",
                new Holding(DealRole.Contribution, parties[0], digest, 1, HoldingWord.Bad).Encode(),
                b => Holding.TryDecode(b, out Holding? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(BeaconShare),
                nameof(BeaconShare.TryDecode),
                "",
                new BeaconShare(digest, Scalar.One, Scalar.MinusOne).Encode(),
                b => BeaconShare.TryDecode(b, out BeaconShare? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(SumShare),
                nameof(SumShare.TryDecode),
                "",
                new SumShare(digest, Scalar.MinusOne.ToBytes(), new byte[96]).Encode(),
                b => SumShare.TryDecode(b, out SumShare? m, out _) ? m.Encode() : null
            ),
        ];
    }

    /// <summary>A result of whole vectors, from a session that ran to its end.</summary>
    private static List<Decoder> Vectors()
    {
        using var region = new Region(hospitals: 4, members: 3);
        using var updates = new VectorUpdates(region, 16, 7);
        updates.DealAll();
        region.CheckAll().FreezeAll().ShareAll();
        _ = new Combiner(region.Board.As(region.Hospitals[3]), region.Sid).Combine();
        byte[] body = region.Entries(BoardKinds.Result).Single().Body.ToArray();
        if (!AggregateResult.TryDecode(body, out AggregateResult? result, out string? reason))
        {
            throw new InvalidOperationException(reason);
        }

        AggregationTerms terms = region.Session.Terms;
        RistrettoPoint[] sums = FrozenSet.SumCommitments(region.View().Settled!.Set.Contributions, terms.Threshold);
        var check = new VectorCheck(terms, sums);
        return
        [
            new(
                typeof(AggregateResult),
                nameof(AggregateResult.TryDecode),
                "",
                body,
                b => AggregateResult.TryDecode(b, out AggregateResult? m, out _) ? m.Encode() : null
            ),
            new(
                typeof(VectorCheck),
                nameof(VectorCheck.TryReadResult),
                "",
                region.Board.Blobs.Read(result.Values.Span, check.ResultSize)!,
                b => check.TryReadResult(b, out _) ? [.. b] : null
            ),
        ];
    }

    private static List<Decoder> Learning()
    {
        RoundTerms terms = RoundUpdates.Terms(entries: 40);
        ProvenUpdateOpening update = RoundUpdates.Prove(terms);
        UpdateProof proof = update.Proof;
        var direction = new UpdateDirection(RoundUpdates.Direction(40));
        long product = AccountProof.Prove(update, direction).Answer.Low;
        AuditorKey auditor = AuditorKey.Create();
        var request = new OpeningRequest(
            update.Update.Session.Span,
            RoundUpdates.Hospital,
            update.Update.Commitment.Root.Span,
            auditor.Public,
            "it stands out"
        );
        byte[] opening = OpeningBytes.Write(terms, update.Update.Codes, update.Update.Blindings);
        return
        [
            new(
                typeof(RoundTerms),
                nameof(RoundTerms.TryDecode),
                "",
                terms.Encode(),
                b => RoundTerms.TryDecode(b, out RoundTerms? t, out _) ? t.Encode() : null
            ),
            new(
                typeof(UpdateProof),
                nameof(UpdateProof.TryDecode),
                "",
                proof.Encode(),
                b => UpdateProof.TryDecode(b, out UpdateProof? p, out _) ? p.Encode() : null
            ),
            new(
                typeof(NormProof),
                nameof(NormProof.TryDecode),
                "",
                NormProof.ProveUnchecked(update.Update, update.Cubes, null).Encode(),
                b => NormProof.TryDecode(b, terms, out NormProof? p, out _) ? p.Encode() : null
            ),
            new(
                typeof(ProvenUpdateOpening),
                nameof(ProvenUpdateOpening.TryDecodeSecret),
                "",
                update.EncodeSecret(),
                b => ProvenUpdateOpening.TryDecodeSecret(b, out ProvenUpdateOpening? u, out _) ? u.EncodeSecret() : null
            ),
            new(
                typeof(OpeningBytes),
                nameof(OpeningBytes.TryRead),
                "",
                opening,
                b => OpeningBytes.TryRead(proof, b, out uint[]? c, out Scalar[]? s) ? OpeningBytes.Write(terms, c, s) : null
            ),
            new(
                typeof(AccountProof),
                nameof(AccountProof.TryDecode),
                "shown",
                AccountProof.Prove(update, direction).Encode(),
                b => AccountProof.TryDecode(b, out AccountProof? p, out _) ? p.Encode() : null
            ),
            new(
                typeof(AccountProof),
                nameof(AccountProof.TryDecode),
                "within",
                AccountProof.ProveWithin(update, direction, product - 9, product + 5).Encode(),
                b => AccountProof.TryDecode(b, out AccountProof? p, out _) ? p.Encode() : null
            ),
            new(
                typeof(OpeningRequest),
                nameof(OpeningRequest.TryDecode),
                "",
                request.Encode(),
                b => OpeningRequest.TryDecode(b, out OpeningRequest? r, out _) ? r.Encode() : null
            ),
            new(
                typeof(AuditorKey),
                nameof(AuditorKey.TryDecodeSecret),
                "",
                Encoding.UTF8.GetBytes(auditor.EncodeSecret()),
                b =>
                    AuditorKey.TryDecodeSecret(Encoding.UTF8.GetString(b), out AuditorKey? k)
                        ? Encoding.UTF8.GetBytes(k.EncodeSecret())
                        : null,
                IsCanonical: false,
                IsText: true
            ),
            // what opens is the sealed update and nothing else: the bytes are their own encoding
            new(
                typeof(SealedOpening),
                nameof(SealedOpening.TryOpen),
                "",
                SealedOpening.SealUnchecked(terms, request, update.Update.Codes, update.Update.Blindings),
                b => SealedOpening.TryOpen(auditor, request, proof, b, out _, out _) ? [.. b] : null
            ),
            new(
                typeof(RoundBegun),
                nameof(RoundBegun.TryDecode),
                "",
                new RoundBegun(3, new byte[32]).Encode(),
                b => RoundBegun.TryDecode(b, out RoundBegun? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(RoundEvaluated),
                nameof(RoundEvaluated.TryDecode),
                "",
                new RoundEvaluated(3, "held out", [new("accuracy", 0.84), new("auc", 0.8125)]).Encode(),
                b => RoundEvaluated.TryDecode(b, out RoundEvaluated? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(AccountAsked),
                nameof(AccountAsked.TryDecode),
                "",
                new AccountAsked(3, 2).Encode(),
                b => AccountAsked.TryDecode(b, out AccountAsked? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(AccountAnswered),
                nameof(AccountAnswered.TryDecode),
                "",
                new AccountAnswered(3, new byte[40]).Encode(),
                b => AccountAnswered.TryDecode(b, out AccountAnswered? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(OpeningStep),
                nameof(OpeningStep.TryDecode),
                "signed",
                new OpeningStep(request.Digest(), default).Encode(),
                b => OpeningStep.TryDecode(b, out OpeningStep? e, out _) ? e.Encode() : null
            ),
            new(
                typeof(OpeningStep),
                nameof(OpeningStep.TryDecode),
                "delivered",
                new OpeningStep(request.Digest(), new byte[32]).Encode(),
                b => OpeningStep.TryDecode(b, out OpeningStep? e, out _) ? e.Encode() : null
            ),
        ];
    }
}
