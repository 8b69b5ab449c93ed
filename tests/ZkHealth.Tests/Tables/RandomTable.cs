using ZkHealth.Tables;

namespace ZkHealth.Tests.Tables;

/// <summary>Tables of made-up rows, the same for the same seed.</summary>
internal static class RandomTable
{
    /// <summary>Codes of each column from its whole domain, without the column of rows.</summary>
    public static uint[][] Codes(TableSchema schema, int rows, Random random) =>
        [
            .. schema
                .Columns.Skip(1)
                .Select(c => Enumerable.Range(0, rows).Select(_ => (uint)random.Next((int)c.Domain)).ToArray()),
        ];

    /// <summary>The proven cube of a table, which is committed under a fresh secret.</summary>
    public static ContingencyTableOpening Cube(TableSchema schema, uint[][] codes, TableAxes axes)
    {
        using var secret = TableSecret.Create();
        using var table = TableOpening.Commit(new CodedTable(schema, codes), new byte[32], secret);
        return ContingencyTableProof.Prove(table, axes);
    }
}
