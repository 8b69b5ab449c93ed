using System.Globalization;

namespace ZkHealth.Statistics;

/// <summary>
/// (ε, δ) of differential privacy (Dwork and Roth 2014, definition 2.4), as whole numbers of 10⁻⁶ and of 10⁻¹⁸, so that sums are
/// exact and an encoding is one.
/// </summary>
public readonly record struct PrivacyLoss
{
    /// <summary>The largest ε of one release.</summary>
    internal const int MaxEpsilon = 20;

    internal const long EpsilonUnits = 1_000_000;
    private const long LargestEpsilon = 1_000_000_000; // of sums; two of them and their units are below 2^63
    internal const long DeltaUnits = 1_000_000_000_000_000_000;

    private PrivacyLoss(long microEpsilon, long attoDelta) => (MicroEpsilon, AttoDelta) = (microEpsilon, attoDelta);

    /// <summary>A loss.</summary>
    /// <param name="epsilon">ε, a multiple of 0.000001 from 0.</param>
    /// <param name="delta">δ, a multiple of 10⁻¹⁸ from 0 to 1.</param>
    /// <exception cref="ArgumentException">A part is out of range, or has more digits.</exception>
    public PrivacyLoss(decimal epsilon, decimal delta)
    {
        // both products are exact: at most 28 digits are needed
        if (epsilon is < 0 or > LargestEpsilon || epsilon * EpsilonUnits % 1 != 0)
        {
            throw new ArgumentException("expected a multiple of 0.000001 that is not negative", nameof(epsilon));
        }

        if (delta is < 0 or > 1 || delta * DeltaUnits % 1 != 0)
        {
            throw new ArgumentException("expected a multiple of 1e-18 from 0 to 1", nameof(delta));
        }

        (MicroEpsilon, AttoDelta) = ((long)(epsilon * EpsilonUnits), (long)(delta * DeltaUnits));
    }

    /// <summary>No loss.</summary>
    internal static PrivacyLoss None => default;

    /// <summary>ε in 10⁻⁶.</summary>
    internal long MicroEpsilon { get; }

    /// <summary>δ in 10⁻¹⁸.</summary>
    internal long AttoDelta { get; }

    /// <summary>ε.</summary>
    public decimal Epsilon => (decimal)MicroEpsilon / EpsilonUnits;

    /// <summary>δ.</summary>
    public decimal Delta => (decimal)AttoDelta / DeltaUnits;

    /// <summary>From whole units, as encodings have them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or δ above 1, or ε above 10⁹.</exception>
    internal static PrivacyLoss FromUnits(long microEpsilon, long attoDelta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(microEpsilon);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microEpsilon, LargestEpsilon * EpsilonUnits);
        ArgumentOutOfRangeException.ThrowIfNegative(attoDelta);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(attoDelta, DeltaUnits);
        return new PrivacyLoss(microEpsilon, attoDelta);
    }

    /// <summary>Basic composition (Dwork and Roth 2014, theorem 3.16): both parts add up; ε stops at 10⁹, δ at 1.</summary>
    public static PrivacyLoss operator +(PrivacyLoss a, PrivacyLoss b) =>
        new(
            Math.Min(LargestEpsilon * EpsilonUnits, a.MicroEpsilon + b.MicroEpsilon),
            Math.Min(DeltaUnits, a.AttoDelta + b.AttoDelta)
        );

    /// <summary>The share of each of so many numbers that are released together, rounded down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    internal PrivacyLoss DividedBy(int numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numbers);
        return new PrivacyLoss(MicroEpsilon / numbers, AttoDelta / numbers);
    }

    /// <summary>Determines whether neither part is above the other's.</summary>
    internal bool IsWithin(PrivacyLoss limit) => MicroEpsilon <= limit.MicroEpsilon && AttoDelta <= limit.AttoDelta;

    /// <summary>"eps 0.5, delta 1E-9".</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"eps {Epsilon:0.######}, delta {(AttoDelta == 0 ? "0" : ((double)Delta).ToString("0.###e-0", CultureInfo.InvariantCulture))}"
        );
}
