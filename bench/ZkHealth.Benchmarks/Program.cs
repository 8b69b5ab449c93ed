using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using ZkHealth.Benchmarks;
using ZkHealth.Fields;

if (args is ["membership"])
{
    return MembershipBenchmarks.Run();
}

if (args is ["scale", ..])
{
    return Scale.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20);
}

if (args is ["segments", ..])
{
    int Number(int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    return SegmentRun.Run(Number(1, 64), Number(2, 18));
}

if (args is ["derived", ..])
{
    return DerivedRun.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20);
}

if (args is ["import", ..])
{
    return ImportRun.Run(args[1..]);
}

if (args is ["statistics"])
{
    return StatisticBenchmarks.Run();
}

if (args is ["disclosure"])
{
    return DisclosureBenchmarks.Run();
}

if (args is ["aggregation", ..])
{
    int Number(int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    return AggregationRun.Run(Number(1, 0), Number(2, 10));
}

if (args is ["sessions", ..])
{
    return SessionHistoryRun.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100);
}

if (args is ["ends", ..])
{
    int Number(int at, int otherwise) =>
        args.Length > at ? int.Parse(args[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
    return EndingRun.Run(Number(1, 100_000), Number(2, 200_000));
}

if (args is ["history", ..])
{
    return HistoryRun.Run(
        args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100_000,
        args.Length > 2 ? args[2] : null,
        args is [_, _, _, "kept"]
    );
}

if (args is ["learning", ..])
{
    return LearningScale.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20);
}

// one job for each back end that the machine has, the one-element code as the baseline; or one job alone, as for the command
string? only = Environment.GetEnvironmentVariable(LaneWidth.Variable);
ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(15)); // for busy machines
foreach (int lanes in (int[])[1, 2, 4, 8])
{
    if (lanes <= LaneWidth.Widest && (string.IsNullOrEmpty(only) || only == $"{lanes}"))
    {
        Job job = Job
            .ShortRun.WithIterationCount(5)
            .WithEnvironmentVariable(LaneWidth.Variable, $"{lanes}")
            .WithId($"{lanes} lanes");
        config.AddJob(lanes == 1 ? job.AsBaseline() : job);
    }
}

BenchmarkSwitcher.FromAssembly(typeof(Scale).Assembly).Run(args, config);
return 0;
