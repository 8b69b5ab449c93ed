using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>Sums of the shares that were dealt to a member of the committee.</summary>
internal static class ShareSums
{
    /// <summary>
    /// Adds up the member's shares of dealings into the buffers of their chunks (entries, then blinding), checked against the
    /// commitments on the way: false where one is missing or bad, so that nothing is answered that would be blamed on the member.
    /// </summary>
    public static bool TryAdd(
        FrozenSet frozen,
        int member,
        in Scalar key,
        IReadOnlyList<CheckedDealing> deals,
        Func<CheckedDealing, byte[]?> ciphertext,
        Func<int, int, Memory<Scalar>> buffer
    )
    {
        DealLayout layout = DealLayout.Of(frozen.Session.Terms, deals[0].Id.Role);
        var check = new ShareCheck(frozen.Session, member);
        foreach (CheckedDealing deal in deals)
        {
            using ReceivedShares? shares = ciphertext(deal) is byte[] bytes
                ? ReceivedShares.Open(frozen.Session, deal.Id, deal.Dealing, member, (key * deal.Ephemeral).Compress(), bytes)
                : null;
            if (shares is null || !check.TryAdd(deal, shares, layout, buffer))
            {
                return false;
            }
        }

        return check.FindBad().Count == 0;
    }

    /// <summary>The member's share of the values of the weight rows, with its proof; null where a share is missing or
    /// bad.</summary>
    public static SumShare? OfValues(FrozenSet frozen, int member, in Scalar key, Func<CheckedDealing, byte[]?> ciphertext)
    {
        DealLayout layout = DealLayout.Of(frozen.Session.Terms, DealRole.Contribution);
        int width = layout.MaxLength + 1;
        using var sums = new SecretArray<Scalar>(layout.Segments.Length * width);
        Memory<Scalar> Sum(int segment) => sums.Values.AsMemory(segment * width, layout.Segments[segment].Length + 1);
        if (!TryAdd(frozen, member, key, frozen.Set.Contributions, ciphertext, (segment, _) => Sum(segment)))
        {
            return null;
        }

        using var shares = new SecretArray<Scalar>(layout.Segments.Sum(s => s.Length));
        Scalar blinding = Scalar.Zero;
        for (int segment = 0, at = 0; segment < layout.Segments.Length; at += layout.Segments[segment++].Length)
        {
            Span<Scalar> sum = Sum(segment).Span;
            sum[..^1].CopyTo(shares.Span[at..]);
            blinding += sum[^1];
        }

        (byte[] values, byte[] proof) = new SumOpening(
            frozen.Session,
            frozen.Digest,
            frozen.Set.Contributions,
            frozen.Beacon
        ).Prove(member, shares.Values, blinding);
        return new SumShare(frozen.Digest, values, proof);
    }

    /// <summary>The summed shares of the whole vector: chunk after chunk, entries and blinding. Null where a share is missing or
    /// bad.</summary>
    public static byte[]? OfVector(FrozenSet frozen, int member, in Scalar key, Func<CheckedDealing, byte[]?> ciphertext)
    {
        DealLayout layout = DealLayout.Of(frozen.Session.Terms, DealRole.Contribution);
        var sums = new Scalar[layout.Chunks][];
        for (int c = 0; c < sums.Length; c++)
        {
            sums[c] = new Scalar[layout.MaxLength + 1];
        }

        if (!TryAdd(frozen, member, key, frozen.Set.Contributions, ciphertext, (_, chunk) => sums[chunk]))
        {
            return null;
        }

        var bytes = new byte[layout.ShareSize];
        for (int c = 0; c < sums.Length; c++)
        {
            Messages.Join(sums[c]).CopyTo(bytes, (long)Scalar.Size * c * (layout.MaxLength + 1));
        }

        return bytes;
    }
}
