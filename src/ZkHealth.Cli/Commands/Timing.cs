using System.CommandLine;
using System.Diagnostics;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>Times of steps that are repeated.</summary>
/// <param name="runs">How often a step is timed.</param>
/// <param name="token">Stops the work.</param>
internal sealed class Timing(int runs, CancellationToken token)
{
    /// <summary>The number of times that a step is timed.</summary>
    public int Runs { get; } = runs;

    /// <summary>Stops the work.</summary>
    public CancellationToken Token { get; } = token;

    /// <summary>The option by which a person chooses it.</summary>
    public static Option<int> Option() =>
        new Option<int>("--runs") { Description = "How often each step is timed.", DefaultValueFactory = _ => 5 }.Within(1, 1000);

    /// <summary>The median after two first runs (one, where one is timed); what a run leaves behind is collected before the
    /// next, so that the peak of memory is that of one.</summary>
    public double Median(Action work)
    {
        for (int i = 0; i < Math.Min(2, Runs); i++)
        {
            work();
        }

        var times = new double[Runs];
        for (int i = 0; i < Runs; i++)
        {
            Token.ThrowIfCancellationRequested();
            GC.Collect();
            var watch = Stopwatch.StartNew();
            work();
            times[i] = watch.Elapsed.TotalSeconds;
        }

        Array.Sort(times);
        return times[Runs / 2];
    }
}
