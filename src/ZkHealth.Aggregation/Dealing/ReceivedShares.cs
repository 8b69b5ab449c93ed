using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation;

/// <summary>The shares that a member decrypted of a dealing, or the seed that they are expanded from chunk by chunk.</summary>
internal sealed class ReceivedShares : IDisposable
{
    private readonly AggregationSession _session;
    private readonly DealId _id;
    private readonly int _member;
    private readonly SecretArray<byte> _plaintext;
    private readonly bool _seeded;

    private ReceivedShares(AggregationSession session, DealId id, int member, byte[] plaintext, bool seeded) =>
        (_session, _id, _member, _plaintext, _seeded) = (session, id, member, new SecretArray<byte>(plaintext), seeded);

    /// <summary>The bytes of a member's ciphertext.</summary>
    public static long CiphertextSize(AggregationSession session, DealId id, UInt128 seeded, int member) =>
        ShareCipher.TagSize + (IsSeeded(seeded, member) ? ShareSeed.Size : DealLayout.Of(session.Terms, id.Role).ShareSize);

    public static bool IsSeeded(UInt128 seeded, int member) => (seeded >> (member - 1) & 1) != 0;

    /// <summary>Decrypts; null for a failed tag or a wrong length, which are bad shares.</summary>
    public static ReceivedShares? Open(
        AggregationSession session,
        DealId id,
        Dealing deal,
        int member,
        in CompressedPoint shared,
        ReadOnlySpan<byte> ciphertext
    )
    {
        bool seeded = IsSeeded(deal.Seeded, member);
        return
            ciphertext.Length == CiphertextSize(session, id, deal.Seeded, member)
            && ShareCipher.Open(shared, session, id, member, deal.Ephemeral, ciphertext) is byte[] plaintext
            ? new ReceivedShares(session, id, member, plaintext, seeded)
            : null;
    }

    /// <summary>The entries and the blinding of a chunk, the <paramref name="at"/>-th scalars of all; false where one is not
    /// canonical.</summary>
    public bool TryRead(int chunk, long at, Span<Scalar> shares)
    {
        if (_seeded)
        {
            ShareSeed.Expand(_plaintext.Span, _session, _id, _member, chunk, shares);
            return true;
        }

        bool good = true;
        ReadOnlySpan<byte> own = _plaintext.Span.Slice((int)(Scalar.Size * at), Scalar.Size * shares.Length);
        for (int j = 0; j < shares.Length; j++)
        {
            good &= Scalar.TryDecode(own.Slice(Scalar.Size * j, Scalar.Size), out shares[j]);
        }

        return good;
    }

    public void Dispose() => _plaintext.Dispose();
}
