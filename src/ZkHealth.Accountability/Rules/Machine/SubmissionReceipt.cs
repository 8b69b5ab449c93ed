using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>The word of a witness that it has seen a restricting entry at a time.</summary>
internal sealed class SubmissionReceipt
{
    private static readonly byte[] Label = Labels.Submission.ToArray();

    private SubmissionReceipt(VerifyingKey witness, long time, byte[] signature) =>
        (Witness, Time, Signature) = (witness, time, signature);

    /// <summary>The key of the witness.</summary>
    public VerifyingKey Witness { get; }

    /// <summary>The time of the witness, in ms since 1970 UTC.</summary>
    public long Time { get; }

    /// <summary>The signature over label, name of the log, id of the entry and time.</summary>
    public byte[] Signature { get; }

    /// <summary>Signs the name of a log, the id of an entry and a time.</summary>
    public static SubmissionReceipt Sign(string origin, byte[] entry, long time, SigningKey witness) =>
        new(witness.Public, time, witness.Sign(Message(origin, entry, time)));

    /// <summary>The receipt as a part of a body.</summary>
    public Row ToRow() => Bodies.Submission.Row(Witness.Encode(), Time, Signature);

    /// <summary>Determines whether a part of a body is a receipt for an entry.</summary>
    public static bool IsFor(string origin, byte[] entry, Row receipt) =>
        VerifyingKey.TryRead(receipt.Bytes("witness"), out VerifyingKey? key)
        && key.Verify(Message(origin, entry, receipt.Whole("time")), receipt.Bytes("signature"));

    private static byte[] Message(string origin, byte[] entry, long time) =>
        [.. Label, .. Ids.Text(origin), 0, .. entry, .. Ids.Number(time)];
}
