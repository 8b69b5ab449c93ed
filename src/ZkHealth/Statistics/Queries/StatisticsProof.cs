using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file with one or more statistics of one committed table, or of all segments of a data set. The verifier recomputes all
/// weights from the statements; released numbers are opened, inequalities between hidden integers proven in a constraint system.
/// The root must be looked up on the ledger.
/// </summary>
public sealed partial class StatisticsProof : ProofFile
{
    /// <summary>The most statistics of one file.</summary>
    internal const int MaxStatistics = 1 << 10;

    /// <summary>The most weights of one file.</summary>
    internal const int MaxWeights = 1 << 24;

    private readonly ProvenTableFile _file;
    private readonly long[][] _released;
    private readonly byte[] _proof,
        _constraints;

    internal StatisticsProof(
        ProvenTableFile file,
        IReadOnlyList<Statistic> statistics,
        long[][] released,
        byte[] proof,
        byte[] constraints
    )
        : base(file.Context) =>
        (_file, Statistics, _released, _proof, _constraints) = (file, statistics, released, proof, constraints);

    private protected override IReadOnlyList<TableCommitment> GetTables() => _file.Version.Segments;

    internal override IReadOnlyList<DataSetVersion> Versions => [_file.Version];

    internal override ColumnUse UseOf(DataSetVersion version) =>
        Use(
            Statistics,
            TryRows(_file, Statistics, out long[][][] rows, out _) ? rows : [],
            (k, i) => i < _released[k].Length ? _released[k][i] : -1
        );

    /// <summary>The use that statistics would make of the columns of a table, from its rows.</summary>
    /// <param name="statistics">Statistics that fit the table and the cube.</param>
    /// <param name="table">The rows.</param>
    /// <param name="axes">The cube.</param>
    internal static ColumnUse UseOf(IReadOnlyList<Statistic> statistics, CodedTable table, TableAxes axes)
    {
        if (!TryRows(table.Schema, axes, statistics, out long[][][] rows, out _))
        {
            return Use(statistics, [], (_, _) => 0);
        }

        var cells = new int[table.Rows];
        for (int j = 0; j < axes.Columns.Count; j++)
        {
            ReadOnlySpan<uint> codes = table.Codes((int)axes.Columns[j]).Span;
            for (int row = 0; row < cells.Length; row++)
            {
                cells[row] = (cells[row] * (int)axes.Domains[j]) + (int)codes[row];
            }
        }

        var counts = new long[axes.CellCount];
        foreach (int cell in cells)
        {
            counts[cell]++;
        }

        long Count(int k, int i) => counts.Where((_, cell) => rows[k][i][cell] != 0).Sum();

        // what a table suppresses is not shown
        return Use(
            statistics,
            rows,
            (k, i) => statistics[k] is SuppressedTableStatistic s && Count(k, i) < s.Threshold ? -1 : Count(k, i)
        );
    }

    /// <summary>The columns of statistics, and the groups that they count.</summary>
    private static ColumnUse Use(IReadOnlyList<Statistic> statistics, long[][][] rows, Func<int, int, long> shown)
    {
        var groups = new List<UsedGroup>();
        for (int k = 0; k < rows.Length; k++)
        {
            string[] columns = [.. statistics[k].Columns.Distinct()];
            for (int i = 0; i < rows[k].Length; i++)
            {
                if (rows[k][i].All(w => w is 0 or 1) && shown(k, i) is long count and >= 0)
                {
                    groups.Add(new UsedGroup(columns, count));
                }
            }
        }

        return new ColumnUse([.. statistics.SelectMany(s => s.Columns).Distinct()], opensRow: false, groups);
    }

    /// <summary>The version of a data set that it is about.</summary>
    internal DataSetVersion Version => _file.Version;

    /// <summary>The committed table, of a data set in segments the first; points are there for the columns of the cube
    /// alone.</summary>
    public TableCommitment Table => _file.Table;

    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema => _file.Schema;

    internal TableAxes Axes => _file.Axes;

    /// <summary>The statements.</summary>
    public IReadOnlyList<Statistic> Statistics { get; }

    /// <summary>The statement to which the proof is bound beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_file, Statistics);

    /// <summary>The released numbers of a statistic, in the order of its rows; true only if <see cref="ProofFile.Verify"/>
    /// accepts.</summary>
    public IReadOnlyList<long> Released(int statistic) => _released[statistic];

    /// <summary>The values that follow from the released numbers of a statistic; true only if <see cref="ProofFile.Verify"/>
    /// accepts.</summary>
    /// <exception cref="InvalidOperationException">The numbers contradict the statement; such a proof is never
    /// accepted.</exception>
    public IReadOnlyList<ReleasedValue> Values(int statistic) =>
        Statistics[statistic].Derive(Schema, _released[statistic])
        ?? throw new InvalidOperationException("the released numbers contradict the statement");

    /// <summary>The numbers of a statistic that is a rate.</summary>
    internal Rate RateOf(int statistic)
    {
        long[] released = _released[statistic];
        return new Rate((ulong)released[0], (ulong)released[1], released.Length > 2 ? (ulong)released[2] : null);
    }

    internal override IReadOnlyDictionary<string, byte[]> ExportReference()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["cubes"] = ReferenceExport.Cubes(ContingencyTableProof.Label, Table, [Axes], [_file.FirstCube], _file.CubeProof),
        };
        if (_proof.Length > 0 && TryRows(_file, Statistics, out long[][][] rows, out _))
        {
            files["statistics"] = ReferenceExport.Statistics(
                Context,
                Statement,
                _file.Subject,
                _file.Cube,
                RevealedPoints(),
                Weights(rows),
                _proof,
                [.. _released.SelectMany(r => r).Select(n => n < 0 ? (ulong?)null : (ulong)n)]
            );
        }

        return files;
    }
}
