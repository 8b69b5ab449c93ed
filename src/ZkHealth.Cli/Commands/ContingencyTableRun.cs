using System.Diagnostics;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>The proven cube behind a statistic, found beside the table or proven now, and how long both took.</summary>
internal sealed class ContingencyTableRun : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly TableAxes _axes;
    private bool _reused;
    private TimeSpan _cube;

    private ContingencyTableRun(TableAxes axes) => _axes = axes;

    public ContingencyTableOpening Cubes { get; private set; } = null!;

    /// <summary>The cube of a table, or the sum of those of all segments.</summary>
    public static ContingencyTableRun Start(OwnedVersion owned, TableAxes axes, CancellationToken token)
    {
        var run = new ContingencyTableRun(axes) { _reused = true };
        ContingencyTableOpening[] cubes =
        [
            .. owned.Tables.Zip(owned.Paths).Select(t => run.Cube(t.First.Committed, t.Second, axes, token)),
        ];
        run.Cubes = cubes.Length == 1 ? cubes[0] : ContingencyTableOpening.Sum(cubes);
        foreach (ContingencyTableOpening segment in cubes.Where(c => c != run.Cubes))
        {
            segment.Dispose();
        }

        run._cube = run._watch.Elapsed;
        run._watch.Restart();
        return run;
    }

    private ContingencyTableOpening Cube(TableOpening table, string path, TableAxes axes, CancellationToken token)
    {
        bool reused = false;
        ContingencyTableOpening cube = ProgressBar.Run(
            $"proving a cube of {axes.CellCount:N0} cells",
            0,
            "",
            progress =>
                ContingencyTableStore
                    .Beside(path)
                    .FindOrProve(table, axes, out reused, Environment.ProcessorCount, progress, token),
            token
        );
        _reused &= reused;
        return cube;
    }

    /// <summary>The statistic is proven.</summary>
    public void Stop() => _watch.Stop();

    public void Describe(Report report)
    {
        report.Add("cells", _axes.CellCount);
        report.Add("cubeReused", _reused);
        report.Add(
            "cubeSeconds",
            _cube.TotalSeconds,
            $"cube of {_axes.CellCount} cells {(_reused ? "reused, read" : "proven")} in {Report.Seconds(_cube)}"
        );
        report.Add("proveSeconds", _watch.Elapsed.TotalSeconds, $"statistic proven in {Report.Seconds(_watch.Elapsed)}");
    }

    public void Dispose() => Cubes.Dispose();
}
