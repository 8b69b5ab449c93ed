using ZkHealth.Accountability;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Terminal;

/// <summary>An owner's rule for a column that an answer would break; there is no file.</summary>
internal sealed class ColumnRuleException(string broken) : Exception($"not released: {broken}")
{
    /// <summary>Refuses what breaks the rules that the owner of a data set has published on a ledger, before it is worked
    /// on.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="version">The data set.</param>
    /// <param name="use">Tells what would be said of its columns: to count that takes a pass over the rows, and most owners have
    /// no rules.</param>
    /// <exception cref="ColumnRuleException">A rule is broken, saying which and of which column.</exception>
    public static void ThrowIfBroken(ILedger ledger, DataSetVersion version, Func<ColumnUse> use)
    {
        if (ReleasedStatistics.RulesOf(ledger, version) is ColumnRules rules && rules.Broken(use()) is string broken)
        {
            throw new ColumnRuleException(broken);
        }
    }
}
