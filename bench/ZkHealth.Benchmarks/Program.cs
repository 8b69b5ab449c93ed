using BenchmarkDotNet.Running;
using ZkHealth.Benchmarks;

if (args is ["scale", ..])
{
    return Scale.Run(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20);
}

BenchmarkSwitcher.FromAssembly(typeof(Scale).Assembly).Run(args);
return 0;
