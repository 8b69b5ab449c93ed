using System.Buffers.Binary;
using System.Security.Cryptography;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// Spot checks of backed consents: of those under an agreement one in so many is drawn by the root of a later checkpoint, which
/// nobody knew when the consent was granted, and a registrar asks the patient. Whoever has the log draws the same ones.
/// </summary>
internal static class CheckRules
{
    /// <summary>`consents checked`, by a registrar that is no party of the agreement. A consent that the patient does not know
    /// ends.</summary>
    public static void Post(Change c, Row body)
    {
        Row? agreement = c.Find(Records.Agreement, body.Bytes("agreement"));
        c.Require(MemberRules.Has(c, c.Signer, "registrar"), "ROLE");
        c.Require(agreement is not null, "UNKNOWN_AGREEMENT");
        IReadOnlyList<byte[]> denied = body.List<byte[]>("denied");
        byte[][] handles = [.. body.List<byte[]>("confirmed"), .. denied];
        c.Require(handles.Length > 0, "NOTHING_NAMED");
        c.Require(handles.DistinctBy(Convert.ToHexString).Count() == handles.Length, "HANDLE_TWICE");
        if (c.IsRefused)
        {
            return;
        }

        c.Require(agreement!.Code("user") != c.Signer && !agreement.Codes("providers").Contains(c.Signer!), "PARTY");
        c.Require(handles.All(h => IsOf(c, h, body.Bytes("agreement"))), "HANDLE");
        c.Require(handles.All(h => IsDrawn(h, body.Bytes("root"), c.Param(Parameter.CheckedPart))), "NOT_DRAWN");
        c.Require(handles.All(h => c.Find(Records.Counter, Id(body.Bytes("agreement"), h)) is null), "DUPLICATE");
        if (c.IsRefused)
        {
            return;
        }

        foreach (byte[] handle in handles)
        {
            c.Put(Id(body.Bytes("agreement"), handle), Records.Counter.Row(1));
        }

        foreach (byte[] handle in denied)
        {
            c.Put(handle, c.Find(Records.Consent, handle)!.With("backed", false));
            if (ConsentRules.IsInForce(c.Find(Records.Consent, handle)!, c.Time))
            {
                ConsentRules.Stop(c, handle);
            }
        }
    }

    /// <summary>Determines whether a handle is drawn by the root of a tree: SHA-256(handle ‖ root), as a number of its first 8
    /// bytes, is a multiple of the part.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="root">The root of a checkpoint of the log that is later than the consent.</param>
    /// <param name="part">One in so many; 0 draws all.</param>
    public static bool IsDrawn(byte[] handle, byte[] root, long part) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. handle, .. root])) % (ulong)Math.Max(part, 1) == 0;

    /// <summary>Determines whether the root by which consents were drawn is the log's own, of the size that is named: what the
    /// rules cannot see, and whoever has the log can.</summary>
    /// <param name="body">The body of `consents checked`.</param>
    /// <param name="ledger">The log.</param>
    public static bool IsRootOf(Row body, ILedger ledger)
    {
        Checkpoint checkpoint = ledger.GetCheckpoint();
        long size = body.Whole("size");
        return size > 0
            && size <= checkpoint.Size
            && MerkleProof.VerifyConsistency(
                size,
                body.Bytes("root"),
                checkpoint.Size,
                checkpoint.Root.Span,
                ledger.ProveConsistency(size, checkpoint.Size)
            );
    }

    private static bool IsOf(Change c, byte[] handle, byte[] agreement) =>
        c.Find(Records.Consent, handle) is Row consent
        && consent.Flag("backed")
        && consent.List<byte[]>("taken").Any(a => a.AsSpan().SequenceEqual(agreement));

    private static byte[] Id(byte[] agreement, byte[] handle) => Ids.Of("checked", agreement, handle);
}
