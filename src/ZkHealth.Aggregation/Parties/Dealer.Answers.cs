namespace ZkHealth.Aggregation;

/// <summary>Ciphertexts that a dealer posts again for members who lack them.</summary>
public sealed partial class Dealer
{
    /// <summary>
    /// Posts on the board the ciphertexts that members have asked for and that this party has, its own and others'. One that is
    /// too long for an entry is put beside the board, where the members that find it say that they hold it.
    /// </summary>
    /// <param name="kept">Where they were kept; null for the board's store.</param>
    public StepOutcome AnswerComplaints(IBlobStore? kept = null)
    {
        if (!SessionView.TryRead(_board, _sid, _board.GetCheckpoint(), _rules, Cache, out SessionView? view, out string? reason))
        {
            return StepOutcome.Refused(reason);
        }

        if (view.Checks is not SessionChecks checks || view.CutOffs[2] >= 0)
        {
            return StepOutcome.Pending("complaints are answered between the cut-offs D1 and D3");
        }

        long last = -1;
        foreach ((int member, CheckedDealing deal) in checks.Unanswered)
        {
            long size = ReceivedShares.CiphertextSize(view.Session, deal.Id, deal.Dealing.Seeded, member);
            if (
                (kept?.Read(deal.CiphertextHash(member), size) ?? _board.Blobs.Read(deal.CiphertextHash(member), size))
                is not byte[] ciphertext
            )
            {
                continue;
            }

            if (ciphertext.Length <= CiphertextDisclosure.MaxInline)
            {
                last = _board.Append(
                    BoardKinds.CiphertextDisclosure,
                    _sid,
                    new CiphertextDisclosure(deal.Id.Role, deal.Id.Dealer, member, ciphertext).Encode()
                );
            }
            else
            {
                _board.Blobs.Put(ciphertext);
            }
        }

        return last < 0 ? StepOutcome.AlreadyDone(-1) : StepOutcome.Done(last);
    }
}
