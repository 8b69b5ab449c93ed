using System.Buffers.Binary;
using System.Numerics;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// Noise from N fair coins, Bin(N, 1/2) − N/2: how many coins an (ε, δ) needs, by exact accounting, and the public coins that
/// make committed bits fair.
/// </summary>
/// <remarks>
/// A number that one patient changes by at most D is (ε, δ)-differentially private with the noise if, with P of Bin(N, 1/2),
/// δ(ε) = Σ_k max(0, P(k) − e^ε·P(k − D)) ≤ δ (the hockey-stick divergence; the other direction is the same by symmetry). Coins
/// that are added are post-processing, so δ(ε) falls with N, and the least N is found by bisection.
/// </remarks>
internal static class BinomialNoise
{
    /// <summary>The most coins that are accounted for.</summary>
    public const int MaxCoins = 1 << 24;

    /// <summary>The largest sensitivity.</summary>
    public const int MaxSensitivity = 1 << 20;

    private const int Precision = 256;
    private const string CoinLabel = "ZkHealth v1 noise coins";

    /// <summary>The least number of coins for which a number of this sensitivity has this loss.</summary>
    /// <param name="loss">ε from 0.000001 to 20, and δ above 0.</param>
    /// <param name="sensitivity">D: the most by which one patient changes the number, 1 to 2^20.</param>
    /// <exception cref="ArgumentException">A part is out of range, or more than <see cref="MaxCoins"/> would be
    /// needed.</exception>
    public static int CoinsFor(PrivacyLoss loss, int sensitivity)
    {
        if (!AreInRange(loss, sensitivity))
        {
            throw new ArgumentException(
                $"expected eps from 0.000001 to {PrivacyLoss.MaxEpsilon}, delta above 0 and below 1, and a sensitivity from 1 to {MaxSensitivity}",
                nameof(loss)
            );
        }

        int high = 1;
        while (!Suffices(high, loss, sensitivity))
        {
            high =
                high < MaxCoins
                    ? 2 * high
                    : throw new ArgumentException(
                        $"{loss} at sensitivity {sensitivity} needs more than {MaxCoins} coins",
                        nameof(loss)
                    );
        }

        int low = high / 2; // does not suffice; 0 coins never do
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            (low, high) = Suffices(middle, loss, sensitivity) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>
    /// Determines whether so many coins give this loss. A yes is certain: weights are whole numbers of 2^-256 rounded so that δ
    /// comes out too large, by at most N²·2^-254, e^ε is rounded down by at most 2^-240 of itself, and nothing is computed in
    /// floating point.
    /// </summary>
    public static bool Suffices(int coins, PrivacyLoss loss, int sensitivity)
    {
        if (coins is < 1 or > MaxCoins || !AreInRange(loss, sensitivity))
        {
            return false;
        }

        // w(k) ≤ W(k) = 2^256·C(N, k) / C(N, c) at the distance c − k from the centre c = ⌊N/2⌋; each step rounds down, so W − w
        // ≤ c − k
        int centre = coins / 2;
        var weights = new List<BigInteger>();
        BigInteger sum = BigInteger.Zero,
            weight = BigInteger.One << Precision;
        for (int k = centre; k >= 0 && !weight.IsZero; k--)
        {
            weights.Add(weight);
            sum += 2 * k == coins ? weight : 2 * weight; // k and N − k
            weight = weight * k / (coins - k + 1);
        }

        BigInteger Weight(int k)
        {
            int distance = k < 0 || k > coins ? int.MaxValue : centre - Math.Min(k, coins - k);
            return distance < weights.Count ? weights[distance] : BigInteger.Zero;
        }

        // what all roundings together can hide: each of N + 1 weights is too small by at most N/2 + 1
        BigInteger excess = BigInteger.Pow(coins + 2, 2),
            exp = ExpDown(loss.MicroEpsilon);
        int first = Math.Max(0, centre - weights.Count + 1);
        int last = Math.Min(Math.Min(coins - first, coins), (coins + sensitivity) / 2); // beyond the middle P(k) ≤ P(k − D)
        for (int k = first; k <= last; k++)
        {
            excess += BigInteger.Max(Weight(k) - (exp * Weight(k - sensitivity) >> Precision), BigInteger.Zero);
        }

        return excess * PrivacyLoss.DeltaUnits <= loss.AttoDelta * sum;
    }

    /// <summary>
    /// The public coins of one number: SHAKE256("ZkHealth v1 noise coins" ‖ LE64 length and bytes of the beacon ‖ the same of the
    /// context ‖ LE32 statistic ‖ LE32 cell), bit by bit, the low bit of a byte first. With committed bits v the noise is Σ v_j
    /// xor b_j.
    /// </summary>
    /// <param name="beacon">What nobody knew when the bits were committed, at least 16 bytes.</param>
    /// <param name="context">What is released: a session or query, and the commitment to the bits.</param>
    /// <param name="statistic">The number of the statistic.</param>
    /// <param name="cell">The number of the released value in it.</param>
    /// <param name="count">How many coins, 1 to <see cref="MaxCoins"/>.</param>
    /// <returns>Zeros and ones.</returns>
    /// <exception cref="ArgumentException">The beacon is too short, or the count is out of range.</exception>
    public static byte[] Coins(ReadOnlySpan<byte> beacon, ReadOnlySpan<byte> context, uint statistic, uint cell, int count)
    {
        if (beacon.Length < 16)
        {
            throw new ArgumentException("expected at least 16 bytes", nameof(beacon));
        }

        if (count is < 1 or > MaxCoins)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"expected 1 to {MaxCoins}");
        }

        var xof = new Shake256();
        xof.Absorb(System.Text.Encoding.ASCII.GetBytes(CoinLabel));
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, beacon.Length);
        xof.Absorb(number);
        xof.Absorb(beacon);
        BinaryPrimitives.WriteInt64LittleEndian(number, context.Length);
        xof.Absorb(number);
        xof.Absorb(context);
        BinaryPrimitives.WriteUInt32LittleEndian(number, statistic);
        BinaryPrimitives.WriteUInt32LittleEndian(number[4..], cell);
        xof.Absorb(number);
        var stream = new byte[(count + 7) / 8];
        xof.Squeeze(stream);
        var coins = new byte[count];
        for (int j = 0; j < count; j++)
        {
            coins[j] = (byte)(stream[j / 8] >> (j % 8) & 1);
        }

        return coins;
    }

    private static bool AreInRange(PrivacyLoss loss, int sensitivity) =>
        loss.MicroEpsilon is > 0 and <= PrivacyLoss.MaxEpsilon * PrivacyLoss.EpsilonUnits
        && loss.AttoDelta is > 0 and < PrivacyLoss.DeltaUnits
        && sensitivity is >= 1 and <= MaxSensitivity;

    /// <summary>e^x in 2^-256, rounded down: Σ x^n/n!, every term rounded down, until it is none.</summary>
    private static BigInteger ExpDown(long microEpsilon)
    {
        BigInteger sum = BigInteger.Zero,
            term = BigInteger.One << Precision;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = term * microEpsilon / (PrivacyLoss.EpsilonUnits * n);
        }

        return sum;
    }
}
