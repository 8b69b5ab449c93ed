using ZkHealth.Cli;
using ZkHealth.Cli.Terminal;

WiderBuild.Become(args);
return await CommandLine.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
