using System.Numerics;
using ZkHealth.Fields;

namespace ZkHealth.Proofs.Constraints;

/// <summary>An integer that is known to lie in Low..High, and the combination that equals it modulo l.</summary>
/// <param name="Combination">Equal to the integer modulo l.</param>
/// <param name="Low">It is at least this.</param>
/// <param name="High">It is at most this.</param>
/// <param name="Value">The integer; null for a verifier.</param>
internal sealed record BoundedInteger(LinearCombination Combination, BigInteger Low, BigInteger High, BigInteger? Value)
{
    public static BoundedInteger operator +(BoundedInteger a, BoundedInteger b) =>
        new(a.Combination + b.Combination, a.Low + b.Low, a.High + b.High, a.Value + b.Value);

    public static BoundedInteger operator -(BoundedInteger a, BoundedInteger b) => a + b * BigInteger.MinusOne;

    public static BoundedInteger operator *(BoundedInteger a, BigInteger k)
    {
        BigInteger x = a.Low * k,
            y = a.High * k;
        return new BoundedInteger(
            a.Combination * BoundedIntegers.ToScalar(k),
            BigInteger.Min(x, y),
            BigInteger.Max(x, y),
            a.Value * k
        );
    }

    public static BoundedInteger operator -(BoundedInteger a, BigInteger k) =>
        new(a.Combination - BoundedIntegers.ToScalar(k), a.Low - k, a.High - k, a.Value - k);

    /// <summary>sum of weights[j]·integers[j].</summary>
    public static BoundedInteger Sum(IReadOnlyList<BoundedInteger> integers, IReadOnlyList<BigInteger> weights)
    {
        Scalar[] scalars = [.. weights.Select(BoundedIntegers.ToScalar)];
        BigInteger low = 0,
            high = 0;
        BigInteger? value = 0;
        for (int j = 0; j < integers.Count; j++)
        {
            BigInteger x = integers[j].Low * weights[j],
                y = integers[j].High * weights[j];
            (low, high, value) = (
                low + BigInteger.Min(x, y),
                high + BigInteger.Max(x, y),
                value + integers[j].Value * weights[j]
            );
        }

        return new BoundedInteger(
            LinearCombination.Weighted([.. integers.Select(i => i.Combination)], scalars),
            low,
            high,
            value
        );
    }
}

/// <summary>
/// Statements about hidden counts in the integers: linear forms of committed counts, their products, and inequalities proven by
/// bits. Every integer carries bounds that follow from those of the counts; an inequality is refused where the bounds would let a
/// value wrap modulo l.
/// </summary>
/// <remarks>
/// Three uses of one walk: without a constraint system it measures a proof, or, given the counts, says whether the statement
/// holds; with one it proves or verifies. Its arithmetic on hidden values is variable time (see docs/security.md).
/// </remarks>
internal sealed class BoundedIntegers(ConstraintSystem? cs, int firstCell, ulong[]? counts, BigInteger total)
{
    /// <summary>The most scalars that a statement may ask for; beyond, it is refused before any work.</summary>
    public const int MaxScalars = 1 << 16;

    /// <summary>l = 2^252 + 27742317777372353535851937790883648493.</summary>
    public static readonly BigInteger Order =
        (BigInteger.One << 252)
        + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    private int _messages,
        _scalars,
        _products;

    /// <summary>Scalars of all messages so far.</summary>
    public int Scalars => _scalars;

    /// <summary>Explains why the statement cannot be proven by anybody, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Tells whether all inequalities hold for the counts given.</summary>
    public bool Holds { get; private set; } = true;

    /// <summary>Tests change the scalars of a message before it is sent, as a cheating prover would.</summary>
    internal Action<int, Scalar[]>? ChangeMessage { get; init; }

    /// <summary>The exact bytes of the proof of what was walked, over a vector of so many counts.</summary>
    public int ProofSize(int cells) => 32 * (_messages + 1 + Rounds + 2 + 2 * Log2Ceiling(Length(cells)) + 3);

    /// <summary>The length of the vector that the linear proof at the end is about: counts, scalars, padding.</summary>
    public int Length(int cells) => 1 << Log2Ceiling(cells + _scalars + 3 + 2 * Rounds);

    /// <summary>The cost of verification, beside the walks over the counts.</summary>
    public VerificationCost Cost(int cells) =>
        new(0, 0, ProofSize(cells) / Scalar.Size, Scalars: _scalars, Padding: Length(cells) - cells);

    private int Rounds => Log2Ceiling(_products + 1);

    /// <summary>sum of weights[i]·counts[i], for counts that are not negative and at most <c>total</c> in all.</summary>
    public BoundedInteger Sum(ReadOnlySpan<long> weights)
    {
        long least = 0,
            most = 0;
        BigInteger value = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            (least, most) = (Math.Min(least, weights[i]), Math.Max(most, weights[i]));
            if (counts is not null && weights[i] != 0)
            {
                value += (BigInteger)weights[i] * counts[i];
            }
        }

        LinearCombination combination = LinearCombination.Zero;
        if (cs is not null)
        {
            var scalars = new Scalar[weights.Length];
            for (int i = 0; i < scalars.Length; i++)
            {
                scalars[i] = Scalar.FromInt64(weights[i]);
            }

            combination = LinearCombination.Run(firstCell, scalars);
        }

        return new BoundedInteger(combination, least * total, most * total, counts is null ? null : value);
    }

    /// <summary>The products of pairs, in one message.</summary>
    public BoundedInteger[] Products(params IReadOnlyList<(BoundedInteger A, BoundedInteger B)> pairs)
    {
        List<BigInteger?> values = [.. pairs.Select(p => p.A.Value * p.B.Value)];
        LinearCombination[] variables = Commit(values);
        var products = new BoundedInteger[pairs.Count];
        for (int j = 0; j < products.Length; j++)
        {
            (BoundedInteger a, BoundedInteger b) = pairs[j];
            BigInteger[] ends = [a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High];
            products[j] = new BoundedInteger(variables[j], ends.Min(), ends.Max(), values[j]);
            cs?.Product(a.Combination, b.Combination, variables[j]);
        }

        _products += products.Length;
        return products;
    }

    /// <summary>
    /// Demands 0 ≤ X for each X, whose value, where the statement holds, is at most Largest: its bits are committed, in one
    /// message.
    /// </summary>
    /// <remarks>
    /// For s bits b the constraint X = Σ 2^i·b_i modulo l means equality of integers where X − Σ 2^i·b_i lies in −l + 1..l − 1,
    /// that is where Low − 2^s + 1 > −l and High &lt; l. The soundness does not depend on Largest: too small a one only leaves
    /// true statements unproven.
    /// </remarks>
    public void NotNegative(params IReadOnlyList<(BoundedInteger X, BigInteger Largest)> ranges)
    {
        var values = new List<BigInteger?>();
        foreach ((BoundedInteger x, BigInteger largest) in ranges)
        {
            int size = Bits(largest);
            Fault ??=
                largest.Sign < 0
                    ? "no counts can satisfy a statement: its least number of rows is above those of the table, or its bounds exclude each other"
                : (BigInteger.One << size) - x.Low > Order || x.High >= Order
                    ? "the numbers of a statement are too large: a value could wrap"
                : null;
            Holds &= x.Value is not { } value || (value.Sign >= 0 && value >> size == 0);
            for (int i = 0; i < size; i++)
            {
                // of a negative value (a cheating prover's) those of its two's complement
                values.Add(x.Value is { } v ? v >> i & BigInteger.One : null);
            }
        }

        LinearCombination[] bits = Commit(values);
        _products += bits.Length;
        for (int k = 0, at = 0; k < ranges.Count && cs is not null; k++)
        {
            var powers = new Scalar[Bits(ranges[k].Largest)];
            ScalarVector.Powers(Scalar.FromUInt64(2), powers);
            LinearCombination[] own = bits[at..(at + powers.Length)];
            at += powers.Length;
            cs.Constrain(ranges[k].X.Combination - LinearCombination.Weighted(own, powers));
            foreach (LinearCombination bit in own)
            {
                cs.Product(bit, bit, bit);
            }
        }
    }

    /// <summary>An integer modulo l.</summary>
    public static Scalar ToScalar(BigInteger value)
    {
        BigInteger reduced = BigInteger.Remainder(value, Order);
        Span<byte> bytes = stackalloc byte[Scalar.Size];
        bytes.Clear();
        (reduced.Sign < 0 ? reduced + Order : reduced).TryWriteBytes(bytes, out _, isUnsigned: true);
        return Scalar.TryDecode(bytes, out Scalar scalar)
            ? scalar
            : throw new InvalidOperationException("a remainder is below l");
    }

    private static int Bits(BigInteger largest) => largest.Sign <= 0 ? 0 : (int)largest.GetBitLength();

    private static int Log2Ceiling(int n) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)n));

    private LinearCombination[] Commit(List<BigInteger?> values)
    {
        _scalars += values.Count;
        if (_scalars > MaxScalars)
        {
            Fault ??= $"a statement needs more than {MaxScalars} hidden numbers";
        }

        if (cs is null || values.Count == 0)
        {
            _messages += values.Count > 0 ? 1 : 0;
            return [.. Enumerable.Repeat(LinearCombination.Zero, values.Count)];
        }

        using var scalars = new SecretArray<Scalar>(cs.IsProving ? [.. values.Select(v => ToScalar(v!.Value))] : []);
        ChangeMessage?.Invoke(_messages, scalars.Values);
        _messages++;
        return cs.Commit(values.Count, scalars.Values);
    }
}
