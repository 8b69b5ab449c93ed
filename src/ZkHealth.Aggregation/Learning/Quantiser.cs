using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The rounding of a value between two codes.</summary>
public enum Rounding
{
    /// <summary>To the nearest code, halves to the even one.</summary>
    Nearest,

    /// <summary>
    /// Up with the probability of the fraction that is cut off, by the system generator: without bias (to 2^-53 of a step), and
    /// with up to twice the error of one entry.
    /// </summary>
    Stochastic,
}

/// <summary>
/// Entries of a model update as codes d in 0..2·offset that stand for (d − offset)·scale; what lies outside ±offset·scale is
/// clipped.
/// </summary>
/// <remarks>Not constant time in the entries: clipping and rounding work on vectors of doubles (see docs/learning.md).</remarks>
public sealed class Quantiser
{
    /// <summary>The largest offset: 2·offset + 1 codes are a cube of at most 2^20 cells.</summary>
    internal const int MaxOffset = (1 << 19) - 1;

    private const int Block = 4096;

    /// <summary>A quantiser.</summary>
    /// <param name="offset">The code of 0, 1 to 2^19 − 1.</param>
    /// <param name="scale">The distance between two codes, 2^-400 to 2^400.</param>
    /// <param name="rounding">How values between two codes are rounded.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    internal Quantiser(int offset, double scale, Rounding rounding = Rounding.Nearest)
    {
        if (offset is < 1 or > MaxOffset)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"expected 1 to {MaxOffset}");
        }

        if (!(scale >= double.ScaleB(1, -400) && scale <= double.ScaleB(1, 400)))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "expected 2^-400 to 2^400");
        }

        if (rounding is not (Rounding.Nearest or Rounding.Stochastic))
        {
            throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "expected a rounding that is defined");
        }

        (Offset, Scale, Rounding) = (offset, scale, rounding);
    }

    /// <summary>The quantiser of so many bits for entries within ±clip: offset 2^(bits−1) − 1, scale clip/offset.</summary>
    /// <param name="clip">The largest magnitude that is not clipped.</param>
    /// <param name="bits">2 to 20.</param>
    /// <param name="rounding">How values between two codes are rounded.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    public static Quantiser ForClip(double clip, int bits, Rounding rounding = Rounding.Nearest)
    {
        if (bits is < 2 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "expected 2 to 20");
        }

        int offset = (1 << (bits - 1)) - 1;
        return new Quantiser(offset, clip / offset, rounding);
    }

    internal bool IsSame(Quantiser other) => (Offset, Scale, Rounding) == (other.Offset, other.Scale, other.Rounding);

    /// <summary>The code of 0.</summary>
    internal int Offset { get; }

    /// <summary>The distance between two codes.</summary>
    internal double Scale { get; }

    /// <summary>The rounding of values between two codes.</summary>
    internal Rounding Rounding { get; }

    /// <summary>The largest magnitude that is not clipped: offset·scale.</summary>
    public double Clip => Offset * Scale;

    /// <summary>The number of codes: 2·offset + 1.</summary>
    internal uint Domain => 2 * (uint)Offset + 1;

    /// <summary>
    /// Tells how far a decoded entry, or a weighted mean of decoded entries, can be from that of the clipped entries:
    /// scale·(1/2 + offset·2^-50), or scale·(1 + offset·2^-50) for stochastic rounding.
    /// </summary>
    /// <remarks>
    /// Rounding gives 1/2 or 1 step for each entry, and a mean with weights that are not negative no more. The rest pays for
    /// doubles:
    /// entry/scale is wrong by at most offset·2^-53 steps; a sum of at most 2^62, a product and a quotient by at most 2^-51 of
    /// offset·scale; this bound by less than what is left.
    /// </remarks>
    internal double ErrorBound => Scale * ((Rounding == Rounding.Nearest ? 0.5 : 1) + double.ScaleB(Offset, -50));

    /// <summary>The value of a code: (code − offset)·scale.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code lies outside 0..2·offset.</exception>
    internal double Value(uint code) =>
        code < Domain
            ? ((int)code - Offset) * Scale
            : throw new ArgumentOutOfRangeException(nameof(code), code, $"expected a code below {Domain}");

    /// <summary>The largest squared norm in steps, Σ (d − offset)², of updates whose decoded norm is at most this.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not positive, or too large for this scale.</exception>
    public ulong SquaredNormBound(double norm)
    {
        double steps = norm / Scale,
            square = Math.Floor(steps * steps);
        return norm > 0 && square >= 1 && square < RoundTerms.MaxSquaredNorm
            ? (ulong)square
            : throw new ArgumentOutOfRangeException(
                nameof(norm),
                norm,
                "expected a norm of at least one step and a square below 2^62 steps"
            );
    }

    /// <summary>
    /// An update of so many entries whose norm is at most this is within the bound after rounding, whatever way that goes; 0
    /// where no norm is. From ‖d‖ ≤ ‖v‖/scale + √n/2, or √n for stochastic rounding.
    /// </summary>
    public double SafeNorm(ulong squaredNormBound, int entries)
    {
        double steps = Math.Sqrt(squaredNormBound) - Math.Sqrt(entries) * (Rounding == Rounding.Nearest ? 0.5 : 1);
        return Math.Max(0, steps * Scale * (1 - double.ScaleB(1, -30)));
    }

    /// <summary>Scales a vector down where its norm is larger than this; says whether it did.</summary>
    /// <param name="values">The vector, changed in place; its entries are finite.</param>
    /// <param name="norm">The largest norm that is left alone.</param>
    public static bool ClipNorm(Span<double> values, double norm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(norm);
        double there = TensorPrimitives.Norm((ReadOnlySpan<double>)values);
        if (!(there > norm))
        {
            return false;
        }

        TensorPrimitives.Multiply(values, norm / there, values);
        return true;
    }

    /// <summary>Quantises an update.</summary>
    /// <param name="values">Its entries, 1 to 2^24 of them.</param>
    /// <exception cref="ArgumentException">An entry is not a finite number, or there are too few or too many.</exception>
    public QuantisedUpdate Quantise(ReadOnlySpan<double> values) =>
        Quantise(values, static (source, block) => source.CopyTo(block));

    /// <summary>Quantises an update of single precision.</summary>
    /// <param name="values">Its entries, 1 to 2^24 of them.</param>
    /// <exception cref="ArgumentException">An entry is not a finite number, or there are too few or too many.</exception>
    public QuantisedUpdate Quantise(ReadOnlySpan<float> values) =>
        Quantise(values, static (source, block) => TensorPrimitives.ConvertChecked(source, block));

    private delegate void Load<T>(ReadOnlySpan<T> source, Span<double> block);

    private QuantisedUpdate Quantise<T>(ReadOnlySpan<T> values, Load<T> load)
    {
        if (values.Length is < 1 or > RoundTerms.MaxEntries)
        {
            throw new ArgumentException($"expected 1 to {RoundTerms.MaxEntries} entries", nameof(values));
        }

        var codes = new uint[new TableLayout(values.Length).PaddedRows];
        codes.AsSpan(values.Length).Fill((uint)Offset);
        double[] rented = ArrayPool<double>.Shared.Rent(3 * Block);
        try
        {
            using var own = new SecretSpan<double>(rented.AsSpan(0, 3 * Block));
            int clipped = 0;
            for (int at = 0; at < values.Length; at += Block)
            {
                int n = Math.Min(Block, values.Length - at);
                Span<double> x = rented.AsSpan(0, n);
                load(values.Slice(at, n), x);
                if (!TensorPrimitives.IsFiniteAll<double>(x))
                {
                    throw new ArgumentException("expected finite numbers; an entry is infinite or not a number", nameof(values));
                }

                clipped += Steps(x, rented.AsSpan(Block, n), rented.AsSpan(2 * Block, n));
                TensorPrimitives.Add(x, Offset, x);
                TensorPrimitives.ConvertTruncating<double, uint>(x, codes.AsSpan(at, n));
            }

            return new QuantisedUpdate(this, codes, values.Length, clipped);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>x = round(clip(x/scale)), whole numbers in −offset..offset; returns how many entries were clipped.</summary>
    private int Steps(Span<double> x, Span<double> floor, Span<double> uniform)
    {
        TensorPrimitives.Divide(x, Scale, x);
        TensorPrimitives.Clamp(x, -Offset, Offset, floor);
        int clipped = 0;
        for (int i = 0; i < x.Length; i++)
        {
            clipped += x[i] == floor[i] ? 0 : 1;
        }

        if (Rounding == Rounding.Nearest)
        {
            TensorPrimitives.Round(floor, MidpointRounding.ToEven, x);
            return clipped;
        }

        // floor(x), and one more where a uniform number in [0, 1) is below the fraction; the fraction of ±offset is 0
        floor.CopyTo(x);
        TensorPrimitives.Floor(x, floor);
        TensorPrimitives.Subtract(x, floor, x);
        Span<ulong> bits = MemoryMarshal.Cast<double, ulong>(uniform);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(bits));
        for (int i = 0; i < x.Length; i++)
        {
            double u = (bits[i] >> 11) * (1.0 / (1UL << 53));
            x[i] = floor[i] + (u < x[i] ? 1 : 0);
        }

        return clipped;
    }
}
