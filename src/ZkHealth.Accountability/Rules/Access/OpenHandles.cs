using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>
/// Handles of a delivery, as they stood at the first word about it: what ends between the two words reaches neither of them. Of
/// equal times the order of the leaves decides, so a use notes which of them had been revoked at its very time.
/// </summary>
internal sealed class OpenHandles
{
    private readonly Change _change;
    private readonly IReadOnlyList<byte[]> _asked;

    /// <summary>The handles that a request names.</summary>
    /// <param name="c">The change.</param>
    /// <param name="request">The request.</param>
    /// <param name="use">The first word about a delivery; null where it is the one of the change.</param>
    public OpenHandles(Change c, Row request, Row? use)
    {
        (_change, _asked) = (c, request.List<byte[]>("handles"));
        Time = use?.Whole("time") ?? c.Time;
        Closed = use?.List<byte[]>("closed") ?? [.. _asked.Where(h => c.Find(Records.Consent, h) is Row g && IsRevokedThen(g))];
    }

    /// <summary>The time of the first word.</summary>
    public long Time { get; }

    /// <summary>The handles that were revoked at its time, and before it.</summary>
    public IReadOnlyList<byte[]> Closed { get; }

    /// <summary>Determines whether rows that were delivered are of handles that the request names, and all their consents
    /// were in force; one that was taken back does not close the others.</summary>
    /// <param name="served">The handles; those of the request where there are none.</param>
    public bool AreAll(IReadOnlyList<byte[]> served)
    {
        var named = _asked.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return (served.Count > 0 ? served : _asked).All(h => named.Contains(Convert.ToHexString(h)) && IsOpen(h));
    }

    /// <summary>Determines whether a taker's word alone says of nothing that was not open: of all that the request names, or of
    /// some of it, which may be what is.</summary>
    public bool MayBe(bool isOfAll) => isOfAll ? AreAll([]) : _asked.Count == 0 || _asked.Any(IsOpen);

    /// <summary>Determines whether the handles that a server served are those that the taker names, by their digest: of a word of
    /// the other side alone nobody is in breach.</summary>
    public bool AreNamed(IReadOnlyList<byte[]> served, byte[]? named) =>
        DigestOf(served.Count > 0 ? served : _asked).AsSpan().SequenceEqual(named ?? DigestOf(_asked));

    /// <summary>The digest by which a taker names handles: SHA-256 of their keys, one behind the other, ascending.</summary>
    public static byte[] DigestOf(IEnumerable<byte[]> handles) =>
        SHA256.HashData([.. handles.OrderBy(Convert.ToHexString, StringComparer.Ordinal).SelectMany(h => h)]);

    private bool IsOpen(byte[] handle)
    {
        if (_change.Find(Records.Consent, handle) is not Row consent)
        {
            return false;
        }

        bool isLater = IsRevokedThen(consent) && !Closed.Any(h => h.AsSpan().SequenceEqual(handle));
        return ConsentRules.WasInForce(isLater ? consent.With("revoked", Array.Empty<object>()) : consent, Time);
    }

    private bool IsRevokedThen(Row consent) => consent.List<long>("revoked") is [long time] && time == Time;
}
