namespace ZkHealth.Proofs;

/// <summary>
/// Tells how much a caller lets the verification of one file take. A file of some hundred bytes may be about a million cells;
/// with the default limits none below
/// 64 KiB takes more than about a second of one core and 256 MiB. What is asked for is estimated before any work, from the
/// statement alone.
/// </summary>
public sealed class VerificationLimits
{
    /// <summary>The cells of a cube by default, 2^16.</summary>
    internal const int DefaultCells = 1 << 16;

    private const int MostCells = 1 << 20; // of any cube

    /// <summary>The limits where the caller names none.</summary>
    public static VerificationLimits Default { get; } = new();

    /// <summary>The most cells of a cube.</summary>
    public int MaxCells { get; init; } = DefaultCells;

    /// <summary>The most memory in bytes that is allocated, estimated.</summary>
    public long MaxMemory { get; init; } = 256L << 20;

    /// <summary>The most work, estimated in nanoseconds of one core of 2023.</summary>
    public long MaxWork { get; init; } = 1_000_000_000;

    /// <summary>Limits for cubes of so many cells: memory and work grow with them. For what its maker says to be large.</summary>
    /// <param name="cells">The most cells of a cube, 1 to 2^20.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 to 2^20 cells.</exception>
    public static VerificationLimits ForCells(int cells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells, MostCells);
        long factor = Math.Max(1, (cells + (long)DefaultCells - 1) / DefaultCells);
        return new VerificationLimits
        {
            MaxCells = cells,
            MaxMemory = factor * Default.MaxMemory,
            MaxWork = factor * Default.MaxWork,
        };
    }

    /// <summary>The limit that something exceeds, in words, or null.</summary>
    internal string? Exceeded(VerificationCost cost) =>
        cost.Cells > MaxCells ? $"it is about a cube of {cost.Cells} cells, and the limit is {MaxCells}"
        : cost.Memory > MaxMemory
            ? $"verifying it would take about {(cost.Memory >> 20) + 1} MiB, and the limit is {MaxMemory >> 20} MiB"
        : cost.Work > MaxWork
            ? FormattableString.Invariant(
                $"verifying it would take about {cost.Work / 1e9:F1} s of one core, and the limit is {MaxWork / 1e9:F1} s"
            )
        : null;
}

/// <summary>The cost of a verification, known before it begins. The factors are measured
/// (docs/performance.md), rounded up.</summary>
/// <param name="Cells">The cells of the cube; 0 where there is none.</param>
/// <param name="Generators">Generators of all families: padded cells, places of a matrix row.</param>
/// <param name="Points">Encoded points.</param>
/// <param name="Weights">Weights of the cells, over all numbers.</param>
/// <param name="Steps">Comparisons of conditions, for every weight.</param>
/// <param name="Numbers">Numbers that are shown: a point is made of each.</param>
/// <param name="Hidden">Weights of numbers that stay hidden: several scalars and walks each.</param>
/// <param name="Scalars">Hidden numbers, most of them bits, with a product each.</param>
/// <param name="Padding">Generators of messages, and of what fills up the vector of a linear proof.</param>
internal readonly record struct VerificationCost(
    long Cells,
    long Generators,
    long Points = 0,
    long Weights = 0,
    long Steps = 0,
    long Numbers = 0,
    long Hidden = 0,
    long Scalars = 0,
    long Padding = 0
)
{
    /// <summary>The cost of both; the cells are those of the larger cube.</summary>
    public static VerificationCost operator +(VerificationCost a, VerificationCost b) =>
        new(
            Math.Max(a.Cells, b.Cells),
            a.Generators + b.Generators,
            a.Points + b.Points,
            a.Weights + b.Weights,
            a.Steps + b.Steps,
            a.Numbers + b.Numbers,
            a.Hidden + b.Hidden,
            a.Scalars + b.Scalars,
            a.Padding + b.Padding
        );

    public long Memory =>
        1700 * Generators
        + 500 * Points
        + 12 * Weights
        + 2000 * Numbers
        + 250 * Hidden
        + 4200 * Scalars
        + 300 * Padding
        + 4 * Cells;

    public long Work =>
        9500 * Generators
        + 12_000 * Points
        + 70 * Weights
        + 2 * Steps
        + 32_000 * Numbers
        + 600 * Hidden
        + 5500 * Scalars
        + 2600 * Padding;
}
