using System.Diagnostics;

namespace ZkHealth.Cli.Commands;

/// <summary>Times of steps that are repeated.</summary>
internal static class Timing
{
    /// <summary>Tells how often a step is repeated.</summary>
    public const int Runs = 5;

    /// <summary>The median; what a run leaves behind is collected before the next, so that the peak of memory is that of
    /// one.</summary>
    public static double Median(Action work, CancellationToken token)
    {
        work();
        GC.Collect();
        work();
        var times = new double[Runs];
        for (int i = 0; i < Runs; i++)
        {
            token.ThrowIfCancellationRequested();
            GC.Collect();
            var watch = Stopwatch.StartNew();
            work();
            times[i] = watch.Elapsed.TotalSeconds;
        }

        Array.Sort(times);
        return times[Runs / 2];
    }
}
