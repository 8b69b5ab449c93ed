using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Statistics that their owner has filled in from the counts of a cube, that are true, and that the guard lets out; what
/// is left is to prove the cube, and them.</summary>
internal sealed class FilledStatistics
{
    private readonly CubeCounts _counts;
    private readonly Statistic[] _asked;
    private readonly long[][][] _rows;
    private readonly long[][] _released;

    internal FilledStatistics(CubeCounts counts, Statistic[] asked, long[][][] rows, long[][] released) =>
        (_counts, _asked, _rows, _released) = (counts, asked, rows, released);

    /// <summary>Proves them.</summary>
    /// <param name="cubes">The proven cube of these counts.</param>
    /// <param name="context">For what and whom.</param>
    /// <exception cref="ArgumentException">The cube is another one.</exception>
    public StatisticsProof Prove(ContingencyTableOpening cubes, StatisticContext context)
    {
        ProvenTableFile file = ProvenTableFile.Of(cubes, context);
        return
            file.Version.Root.Span.SequenceEqual(_counts.Version.Root.Span)
            && file.Axes.Columns.SequenceEqual(_counts.Axes.Columns)
            ? StatisticsProof.ProveUnchecked(cubes, file, _asked, _rows, _released)
            : throw new ArgumentException("expected the cube of which the statistics are", nameof(cubes));
    }
}
