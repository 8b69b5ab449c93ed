using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>Checks the shares that were dealt to a member, all at once, and complains of the bad and the missing ones.</summary>
internal static class ShareComplaints
{
    /// <summary>Returns the dealings whose shares are bad or have not come, with a complaint for each in the messages.</summary>
    public static HashSet<CheckedDealing> Check(
        AggregationSession session,
        SessionChecks checks,
        int member,
        in Scalar key,
        CheckedDealing[] deals,
        MessageList messages
    )
    {
        var (missing, bad) = (new HashSet<CheckedDealing>(), new HashSet<CheckedDealing>());
        var check = new ShareCheck(session, member);
        foreach (CheckedDealing deal in deals)
        {
            if (checks.Ciphertext(deal, member) is not byte[] ciphertext)
            {
                missing.Add(deal);
                continue;
            }

            using ReceivedShares? shares = ReceivedShares.Open(
                session,
                deal.Id,
                deal.Dealing,
                member,
                (key * deal.Ephemeral).Compress(),
                ciphertext
            );
            if (shares is null || !check.TryAdd(deal, shares))
            {
                bad.Add(deal);
            }
        }

        bad.UnionWith(check.FindBad());
        foreach (CheckedDealing deal in missing)
        {
            messages.Add(
                BoardKinds.Complaint,
                new Complaint(
                    deal.Id.Role,
                    deal.Id.Dealer,
                    deal.Digest,
                    ComplaintKind.NotDelivered,
                    default,
                    default,
                    default
                ).Encode()
            );
        }

        foreach (CheckedDealing deal in bad)
        {
            CompressedPoint shared = (key * deal.Ephemeral).Compress();
            byte[] proof = KeyProofs.ProveShared(key, deal.Ephemeral, session, deal.Id, member, deal.CiphertextHash(member));
            byte[] ciphertext = checks.Ciphertext(deal, member)!;
            messages.Add(
                BoardKinds.Complaint,
                new Complaint(
                    deal.Id.Role,
                    deal.Id.Dealer,
                    deal.Digest,
                    ComplaintKind.BadShare,
                    shared,
                    proof,
                    ciphertext.Length <= CiphertextDisclosure.MaxInline ? ciphertext : default
                ).Encode()
            );
        }

        missing.UnionWith(bad);
        return missing;
    }
}
