using ZkHealth.Ledger;

namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Ledgers of regions, opened as another reader does.</summary>
internal static class RegionLedgers
{
    public static SqliteLedger OpenLedger(this Region region) =>
        SqliteLedger.Open(region.LedgerFile!, rules: AccountabilityRules.Instance);
}
