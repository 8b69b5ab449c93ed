using System.Runtime.CompilerServices;

namespace ZkHealth.Cli.Tests;

/// <summary>What the commands of the tests see of ledgers is kept in a folder of their own.</summary>
internal static class StateFolder
{
    [ModuleInitializer]
    internal static void Set() =>
        Environment.SetEnvironmentVariable("ZKHEALTH_STATE", Directory.CreateTempSubdirectory("zkhealth-state").FullName);
}
