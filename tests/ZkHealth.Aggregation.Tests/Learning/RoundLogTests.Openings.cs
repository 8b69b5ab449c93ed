using Xunit;
using ZkHealth.Aggregation.Learning;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation.Tests.Learning;

/// <summary>Openings of an update in full, and the entries by which they are asked for.</summary>
public partial class RoundLogTests
{
    [Fact]
    public void A_full_opening_needs_the_quorum_and_is_of_nothing_but_the_committed_update()
    {
        using var region = new LearningRegion();
        double[][] values = Values(4);
        region.Run(region.Terms(0), values);
        using var auditor = AuditorKey.Create();
        ProvenUpdateOpening update = region.Update(0, 3),
            other = region.Update(0, 4);
        var request = new OpeningRequest(
            update.Update.Session.Span,
            region.Hospitals[3],
            update.Update.Commitment.Root.Span,
            auditor.Public,
            "it stands out"
        );
        region.Log(1).Demand(request);
        RoundLog hospital = region.Log(3);

        // nobody, one member twice, and a stranger to the quorum: not enough
        Assert.Throws<InvalidOperationException>(() => hospital.Deliver(update.Update, request));
        region.Log(0).Approve(request);
        region.Log(0).Approve(request);
        region.Log(4).Approve(request);
        Assert.Throws<InvalidOperationException>(() => hospital.Deliver(update.Update, request));
        Assert.False(hospital.Read(0).Single().Openings.Single().IsMet);
        region.Log(2).Approve(request);
        Assert.Throws<ArgumentException>(() => region.Log(4).Deliver(other.Update, request));
        hospital.Deliver(update.Update, request);

        RoundOpening opening = hospital.Read(0).Single().Openings.Single();
        Assert.True(opening.IsMet);
        Assert.Equal([region.Hospitals[0], region.Hospitals[2]], opening.Signers.Order());
        byte[] delivered = region.Board.Blobs.Read(opening.Sealed!.Value.Span, SealedOpening.Size(update.Proof.Terms))!;
        Assert.True(
            SealedOpening.TryOpen(auditor, request, update.Proof, delivered, out OpenedUpdate? opened, out string? reason),
            reason
        );
        Assert.Equal(update.Update.Codes[..LearningRegion.Entries].ToArray(), opened.Codes.ToArray());
        Assert.InRange(
            values[3].Select(x => Math.Clamp(x, -1, 1)).Zip(opened.Values(), (a, b) => Math.Abs(a - b)).Max(),
            0,
            LearningRegion.Quantiser.ErrorBound
        );

        // anything else than what was committed
        uint[] codes = update.Update.Codes.ToArray();
        Scalar[] blindings = update.Update.Blindings.ToArray();
        (uint[], Scalar[])[] lies =
        [
            ([.. codes.Select((c, i) => i == 5 ? c ^ 1 : c)], blindings),
            (codes, [.. blindings.Select(b => b + Scalar.One)]),
            (other.Update.Codes.ToArray(), other.Update.Blindings.ToArray()),
            ([.. codes.Select((c, i) => i == 60 ? 255u : c)], blindings),
        ];
        foreach ((uint[] c, Scalar[] b) in lies)
        {
            byte[] lie = SealedOpening.SealUnchecked(update.Proof.Terms, request, c, b);
            Assert.False(SealedOpening.TryOpen(auditor, request, update.Proof, lie, out _, out reason));
            Assert.Equal("it opens something else than the committed update", reason);
        }

        // to another auditor, for another demand, changed, cut
        using var stranger = AuditorKey.Create();
        Assert.False(SealedOpening.TryOpen(stranger, request, update.Proof, delivered, out _, out _));
        var again = new OpeningRequest(
            request.Session.Span,
            request.Hospital,
            request.Root.Span,
            auditor.Public,
            "another reason"
        );
        Assert.False(SealedOpening.TryOpen(auditor, again, update.Proof, delivered, out _, out _));
        Assert.False(SealedOpening.TryOpen(auditor, request, other.Proof, delivered, out _, out _));
        for (int at = 0; at < delivered.Length; at += 11)
        {
            Assert.False(SealedOpening.TryOpen(auditor, request, update.Proof, Updates.Changed(delivered, at), out _, out _));
        }

        Assert.False(SealedOpening.TryOpen(auditor, request, update.Proof, delivered.AsMemory(1), out _, out _));

        // the seed is not in it: neither plaintext nor anything delivered holds more than codes and blindings
        Assert.Equal(32 + 64 + 32 * update.Proof.Terms.Layout.Height + 16, delivered.Length);
        Assert.Equal("auditor key", auditor.ToString());
        Assert.True(AuditorKey.TryDecodeSecret(auditor.EncodeSecret(), out AuditorKey? read));
        Assert.Equal(auditor.Public, read.Public);
        Assert.True(SealedOpening.TryOpen(read, request, update.Proof, delivered, out _, out _));
        Assert.False(
            AuditorKey.TryDecodeSecret(auditor.EncodeSecret().Replace("AUDITOR", "MEMBER", StringComparison.Ordinal), out _)
        );
    }

    [Fact]
    public void Entries_of_the_log_are_read_strictly()
    {
        Assert.True(OpeningRequest.TryDecode(Request().Encode(), out OpeningRequest? request, out _));
        Assert.Equal(Request().Reason, request.Reason);
        foreach (
            byte[] entry in (byte[][])
                [
                    new RoundBegun(3, Updates.Sid).Encode(),
                    new RoundEvaluated(3, "data", [new("auc", 0.5), new("accuracy", double.NaN)]).Encode(),
                    new AccountAsked(3, 2).Encode(),
                    new AccountAnswered(3, new byte[] { 1 }).Encode(),
                    new OpeningStep(Updates.Sid, default).Encode(),
                    Request().Encode(),
                ]
        )
        {
            Func<ReadOnlyMemory<byte>, bool> decodes = b =>
                RoundBegun.TryDecode(b, out _, out _)
                || RoundEvaluated.TryDecode(b, out _, out _)
                || AccountAsked.TryDecode(b, out _, out _)
                || AccountAnswered.TryDecode(b, out _, out _)
                || OpeningStep.TryDecode(b, out _, out _)
                || OpeningRequest.TryDecode(b, out _, out _);
            Assert.True(decodes(entry));
            Assert.False(decodes(entry.Append((byte)0).ToArray()));
            Assert.False(decodes(entry.AsMemory(..^1)));
        }
    }

    private static OpeningRequest Request()
    {
        using var auditor = AuditorKey.Create();
        return new OpeningRequest(Updates.Sid, Updates.Hospital, Updates.Model, auditor.Public, "reason");
    }
}
