using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ZkHealth.Ledger;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability;

/// <summary>The entry by which an owner commits to noise for a declared query. Its subject is the point, so that the same bits
/// are found again.</summary>
public static class NoiseCommitted
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth noise committed v1";

    // each commitment that is judged asks for the budget, and so for all commitments before it: each is decoded once
    private static readonly ConditionalWeakTable<EntryBody, NoiseCommitment> Known = new();

    /// <summary>The body of its entry.</summary>
    public static EntryBody ToBody(NoiseCommitment commitment)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        return new EntryBody(Kind, commitment.Point.ToBytes(), commitment.Encode());
    }

    /// <summary>Reads the body of such an entry; false for any other. Its proof is not verified.</summary>
    public static bool TryRead(EntryBody body, [NotNullWhen(true)] out NoiseCommitment? commitment)
    {
        ArgumentNullException.ThrowIfNull(body);
        commitment = null;
        if (body.Kind != Kind)
        {
            return false;
        }

        if (
            !Known.TryGetValue(body, out commitment)
            && NoiseCommitment.TryDecode(body.Payload, out commitment, out _)
            && body.Subject.Span.SequenceEqual(commitment.Point.ToBytes())
        )
        {
            Known.AddOrUpdate(body, commitment);
        }

        return Known.TryGetValue(body, out commitment);
    }

    /// <summary>The key that draws the coins, or null where they come from outside of the ledger.</summary>
    public static VerifyingKey? DrawnBy(NoiseCommitment commitment)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        return VerifyingKey.TryParse(commitment.Query.Beacon, out VerifyingKey? key) ? key : null;
    }
}

/// <summary>
/// The entry by which whom the commitment names draws the coins: 32 random bytes, after the commitment. Its subject is the point
/// of the commitment, and the first such entry counts.
/// </summary>
public static class BeaconDrawn
{
    /// <summary>The kind of such entries.</summary>
    public const string Kind = "zkhealth beacon drawn v1";

    /// <summary>Bytes of a beacon.</summary>
    public const int Size = 32;

    /// <summary>The body of an entry with bytes of the system's generator.</summary>
    public static EntryBody Draw(NoiseCommitment commitment)
    {
        ArgumentNullException.ThrowIfNull(commitment);
        return new EntryBody(Kind, commitment.Point.ToBytes(), RandomNumberGenerator.GetBytes(Size));
    }
}
