using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Proofs.Constraints;

/// <summary>
/// Committed vectors, linear constraints and products over their entries: commit and prove. One class for both roles,
/// so that they cannot drift apart: made with randomness it proves, made with a proof it verifies.
/// </summary>
/// <remarks>
/// Commitments come in order 0, 1, 2, …: messages sent by the prover, and vectors attached because they were committed
/// elsewhere. Every commitment owns its own generators; a variable is an entry of one of them.
/// See docs/protocol.md; sumchecks are in <c>ConstraintSystem.Sumcheck.cs</c>, the end of the protocol in
/// <c>ConstraintSystem.Finish.cs</c>.
/// </remarks>
internal sealed partial class ConstraintSystem : IDisposable
{
    private readonly Transcript _transcript;
    private readonly TranscriptRng? _rng;
    private readonly ProofReader? _reader;
    private readonly MultiscalarEquation? _equation;
    private readonly ProofWriter _writer = new();
    private readonly GeneratorBasis _basis = new();
    private readonly HashSet<GeneratorFamily> _families = [GeneratorFamily.Message];
    private readonly List<MultiscalarEquation> _points = [];
    private readonly List<int> _counts = [];
    private readonly SecretList<Scalar> _blindings = new();
    private readonly SecretList<Scalar> _values = new();
    private readonly List<LinearCombination> _constraints = [];
    private readonly List<(LinearCombination A, LinearCombination B, LinearCombination O)> _products = [];
    private readonly List<(int Constraint, CompressedPoint Point, Scalar Value, Scalar Blinding)> _held = [];
    private readonly List<(int Commitment, ScaledCounts Part)> _scaled = [];
    private int _messages;

    /// <summary>A prover, its randomness hedged by the transcript.</summary>
    public ConstraintSystem(Transcript transcript, TranscriptRng rng)
        : this(transcript) => _rng = rng;

    /// <summary>A verifier of <paramref name="proof"/> that adds its final equation to <paramref name="equation"/>.</summary>
    public ConstraintSystem(Transcript transcript, ProofReader proof, MultiscalarEquation equation)
        : this(transcript)
    {
        _reader = proof;
        _equation = equation;
    }

    private ConstraintSystem(Transcript transcript)
    {
        _transcript = transcript;
        transcript.Append("dom-sep"u8, Labels.Constraints);
    }

    public bool IsProving => _rng is not null;

    /// <summary>Tests clear it, to make proofs of false statements.</summary>
    internal bool ChecksWitness { get; set; } = true;

    /// <summary>Tests change a message after it was computed, as a cheating prover would.</summary>
    internal Func<int, RistrettoPoint, RistrettoPoint>? TamperMessage { get; set; }

    /// <summary>The number of cores that the prover uses.</summary>
    public int DegreeOfParallelism { get; init; } = 1;

    /// <summary>Called by the prover before each message; what it throws ends the work.</summary>
    public Action? BeforeMessage { get; init; }

    /// <summary>A challenge that depends on everything sent so far.</summary>
    public Scalar Challenge(ReadOnlySpan<byte> label) => _transcript.ChallengeScalar(label);

    /// <summary>Attaches a vector committed elsewhere, whose point follows from absorbed data. Once for each family.</summary>
    /// <param name="family">The generators.</param>
    /// <param name="count">The number of entries.</param>
    /// <param name="point">The verifier's point.</param>
    /// <param name="values">The prover's entries.</param>
    /// <param name="blinding">The prover's blinding.</param>
    /// <param name="scaled">Of the values what the prover knows to be multiples of small numbers, which makes sums
    /// cheaper.</param>
    /// <returns>The index of its first variable; the others follow.</returns>
    /// <exception cref="InvalidOperationException">The family is in use already (twice would be unsound).</exception>
    public int Attach(
        GeneratorFamily family,
        int count,
        MultiscalarEquation? point,
        ReadOnlySpan<Scalar> values,
        in Scalar blinding,
        IReadOnlyList<ScaledCounts>? scaled = null
    )
    {
        if (!_families.Add(family))
        {
            throw new InvalidOperationException("the generators of this family are already in use");
        }

        _transcript.Append("attach"u8, System.Text.Encoding.ASCII.GetBytes(family.Name));
        _transcript.AppendUInt64("count"u8, (ulong)count);
        int first = _basis.Count;
        foreach (ScaledCounts part in scaled ?? [])
        {
            _scaled.Add((_counts.Count, part with { Start = first + part.Start }));
        }

        _basis.Add(family, 0, count);
        Own(count, point, values, blinding);
        return first;
    }

    /// <summary>One message of <paramref name="count"/> scalars (those of the prover; empty for a verifier).</summary>
    public LinearCombination[] Commit(int count, ReadOnlySpan<Scalar> values)
    {
        CompressedPoint point;
        Scalar blinding = Scalar.Zero;
        if (IsProving)
        {
            if (values.Length != count)
            {
                throw new ArgumentException($"expected {count} values", nameof(values));
            }

            BeforeMessage?.Invoke();
            blinding = _rng!.NextScalar();
            RistrettoPoint committed = VectorCommitment.Commit(GeneratorFamily.Message, values, blinding, _messages);
            point = _writer.Add(TamperMessage is null ? committed : TamperMessage(_counts.Count, committed));
        }
        else
        {
            point = _reader!.Point();
        }

        int first = _basis.Count;
        _basis.Add(GeneratorFamily.Message, _messages, count);
        _messages += count;
        _transcript.AppendUInt64("commit"u8, (ulong)count);
        _transcript.AppendPoint("message"u8, point);
        Own(count, IsProving ? null : new MultiscalarEquation().Add(point, Scalar.One), values, blinding);
        var variables = new LinearCombination[count];
        for (int j = 0; j < count; j++)
        {
            variables[j] = LinearCombination.Variable(first + j);
        }

        return variables;
    }

    /// <summary>Demands that the combination is zero.</summary>
    public void Constrain(LinearCombination combination) => _constraints.Add(combination);

    /// <summary>
    /// Demands that the combination is the value v under a commitment V = v·B + s·H made elsewhere; absorbs V. Nothing is sent
    /// for it.
    /// </summary>
    /// <remarks>
    /// The final linear proof shows C = ⟨z, G⟩ + r·H and V' = ⟨w, z⟩·B + s'·H, with V' = constant·B where all is inside the
    /// system. A constraint with the value v moves eta^k·v to that side: V' = constant·B + sum of eta^k·V, s' = sum of eta^k·s. V
    /// is absorbed before eta, so the powers of eta keep it apart from the other constraints, and the random scale of V' keeps
    /// components of V other than B and H out, as in every linear proof. To <see cref="Attach"/> V as a vector under B instead
    /// would be unsound: B is the base of the linear proof's values, and a prover could shift between the two after the last
    /// challenge.
    /// </remarks>
    /// <param name="combination">What must be the value.</param>
    /// <param name="commitment">V; a verifier has checked that it is a point or leaves that to the evaluation of the
    /// equation.</param>
    /// <param name="value">The prover's v.</param>
    /// <param name="blinding">The prover's s.</param>
    public void ConstrainToHeld(LinearCombination combination, in CompressedPoint commitment, in Scalar value, in Scalar blinding)
    {
        _transcript.AppendPoint("held"u8, commitment);
        _held.Add((_constraints.Count, commitment, value, blinding));
        Constrain(combination);
    }

    /// <summary>
    /// Sends a commitment to the value of a combination, for a proof about it outside this system, and demands as
    /// <see cref="ConstrainToHeld"/> that it is that value.
    /// </summary>
    /// <returns>The commitment, and the prover's blinding of it.</returns>
    public (CompressedPoint Commitment, Scalar Blinding) Hold(LinearCombination combination, in Scalar value)
    {
        Scalar blinding = IsProving ? _rng!.NextScalar() : Scalar.Zero;
        CompressedPoint commitment = IsProving ? _writer.Add(ScalarCommitment.Commit(value, blinding)) : _reader!.Point();
        ConstrainToHeld(combination, commitment, value, blinding);
        return (commitment, blinding);
    }

    /// <summary>Demands a·b = o.</summary>
    public void Product(LinearCombination a, LinearCombination b, LinearCombination o) => _products.Add((a, b, o));

    /// <summary>The value of a combination under the prover's witness.</summary>
    public Scalar Evaluate(LinearCombination combination)
    {
        Scalar sum = combination.Constant;
        foreach ((int variable, Scalar coefficient) in combination.Terms)
        {
            sum += _values.Span[variable] * coefficient;
        }

        return sum;
    }

    /// <summary>Clears the prover's values and blindings.</summary>
    public void Dispose()
    {
        _eq = [];
        _values.Dispose();
        _blindings.Dispose();
    }

    private void Own(int count, MultiscalarEquation? point, ReadOnlySpan<Scalar> values, in Scalar blinding)
    {
        _counts.Add(count);
        if (IsProving)
        {
            if (values.Length != count)
            {
                throw new ArgumentException($"expected {count} values", nameof(values));
            }

            _values.Add(values);
            _blindings.Add([blinding]);
        }
        else
        {
            _points.Add(point!);
        }
    }
}
