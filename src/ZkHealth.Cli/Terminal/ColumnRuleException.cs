namespace ZkHealth.Cli.Terminal;

/// <summary>An owner's rule for a column that an answer would break; there is no file.</summary>
internal sealed class ColumnRuleException(string broken) : Exception($"not released: {broken}");
