using ZkHealth.Fields;
using ZkHealth.Groups;

namespace ZkHealth.Proofs;

/// <summary>Reads the 32-byte elements of a proof in order.</summary>
/// <remarks>
/// The first failure is kept and the reader goes on with zeros, so that the walk through the transcript, which prover
/// and verifier share, needs no second way out. Its length is checked against the statement before a proof is walked,
/// so the work done on a bad proof is that of a good one. Points stay encoded: they are decoded together at the end.
/// </remarks>
internal sealed class ProofReader(ReadOnlyMemory<byte> proof)
{
    private int _at;

    /// <summary>The first failure, or null.</summary>
    public ProofFault? Failure { get; private set; }

    public CompressedPoint Point() => new(Take());

    public Scalar Scalar()
    {
        if (!Fields.Scalar.TryDecode(Take(), out Scalar value))
        {
            Failure ??= ProofFault.Encoding("a scalar of the proof is not canonical");
        }

        return value;
    }

    /// <summary>Records trailing bytes as a failure.</summary>
    public void End()
    {
        if (_at != proof.Length)
        {
            Failure ??= ProofFault.Length("trailing bytes after the proof");
        }
    }

    private ReadOnlySpan<byte> Take()
    {
        if (proof.Length - _at < 32)
        {
            Failure ??= ProofFault.Length("the proof is too short");
            return new byte[32];
        }

        _at += 32;
        return proof.Span.Slice(_at - 32, 32);
    }
}
