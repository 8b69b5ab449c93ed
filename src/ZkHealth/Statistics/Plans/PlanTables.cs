using System.Diagnostics.CodeAnalysis;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>Checks that the tables of a plan are those that were committed.</summary>
internal static class PlanTables
{
    /// <summary>The columns of a schema as a plan has them: keys, and named values of everything else.</summary>
    public static PlanColumn[] ColumnsOf(TableSchema schema) =>
        [
            .. schema.Columns.Select(column =>
                column is KeyColumn key
                    ? new PlanColumn(column.Name, PlanColumnKind.Key, column.Domain, Of: key.Of)
                    : new PlanColumn(
                        column.Name,
                        PlanColumnKind.Coded,
                        column.Domain,
                        [.. Enumerable.Range(1, (int)column.Domain - 1).Select(code => column.Label((uint)code))]
                    )
            ),
        ];

    /// <summary>The columns of a table of one segment with the keys of that of another: labels are the same, and not made
    /// again.</summary>
    /// <exception cref="ArgumentException">The tables have other columns.</exception>
    public static PlanColumn[] WithKeysOf(IReadOnlyList<PlanColumn> columns, TableCommitment table)
    {
        if (!TableSchema.TryDecode(table.Schema, out TableSchema? schema, out string? reason))
        {
            throw new ArgumentException(reason, nameof(table));
        }

        return schema.Columns.Count == columns.Count
            ? [.. columns.Zip(schema.Columns, (mine, theirs) => theirs is KeyColumn key ? mine with { Of = key.Of } : mine)]
            : throw new ArgumentException("the tables of segments have different columns", nameof(table));
    }

    /// <summary>A committed table as a plan has it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="dataSet">The data set of which it is a version.</param>
    /// <param name="derived">The columns that the plan derives.</param>
    /// <param name="hospital">For a registrar's table, the owner of the hospital for which it was made.</param>
    /// <exception cref="ArgumentException">The table has no schema.</exception>
    public static PlanTable Of(
        TableCommitment table,
        string dataSet,
        IReadOnlyList<PlanColumn> derived,
        ReadOnlyMemory<byte>? hospital = null
    ) =>
        TableSchema.TryDecode(table.Schema, out TableSchema? schema, out string? reason)
            ? new PlanTable(
                Convert.ToHexStringLower(table.Owner.Span),
                dataSet,
                Convert.ToHexStringLower(table.Root.Span),
                table.Rows,
                ColumnsOf(schema),
                derived,
                hospital is ReadOnlyMemory<byte> owner ? Convert.ToHexStringLower(owner.Span) : null
            )
            : throw new ArgumentException(reason, nameof(table));

    /// <summary>The difference between a committed table and that of the plan, or null.</summary>
    public static string? Mismatch(PlanTable plan, TableCommitment table)
    {
        bool same =
            plan.Root == Convert.ToHexStringLower(table.Root.Span)
            && plan.Owner == Convert.ToHexStringLower(table.Owner.Span)
            && plan.Rows == table.Rows;
        return !same ? "a table is not that of the plan"
            : !TableSchema.TryDecode(table.Schema, out TableSchema? schema, out string? reason) ? reason
            : schema.Columns.Count != plan.Columns.Count || !schema.Columns.Zip(plan.Columns, Same).All(x => x)
                ? "the columns of a table are not those of the plan"
            : null;
    }

    /// <summary>The cubes of a table: its relations in the order of the steps, then its cubes.</summary>
    public static bool TryCells(
        Plan plan,
        string role,
        [NotNullWhen(true)] out ICubeCells[]? cells,
        [NotNullWhen(false)] out string? reason
    )
    {
        (cells, reason) = (null, null);
        var list = new List<ICubeCells>();
        foreach (MapStep map in plan.Steps.OfType<MapStep>().Where(s => s.Table == role))
        {
            uint[] tuples =
            [
                .. map
                    .Tuples.Select(t => t.Select(x => (uint)x).ToArray())
                    .Order(Comparer<uint[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
                    .SelectMany(t => t),
            ];
            if (
                map.Tuples.Any(t => t.Any(x => x is < 0 or > uint.MaxValue))
                || !Relation.TryCreate(
                    [.. map.Sources.Select(j => (uint)j), (uint)map.Target],
                    tuples,
                    out Relation? relation,
                    out reason
                )
            )
            {
                reason ??= "codes are numbers of 32 bits";
                return false;
            }

            list.Add(relation);
        }

        IReadOnlyList<PlanColumn> columns = plan.Tables[role].All;
        foreach (PlanCube cube in plan.Cubes.Where(c => c.Table == role))
        {
            long[] domains = [.. cube.Columns.Select(j => columns[j].Domain)];
            TableAxes? axes = null;
            if (
                domains.Any(d => d is < 1 or > uint.MaxValue)
                || !TableAxes.TryCreate(
                    [.. cube.Columns.Select(j => (uint)j)],
                    [.. domains.Select(d => (uint)d)],
                    out axes,
                    out reason
                )
            )
            {
                reason ??= "a domain is out of range";
                return false;
            }

            list.Add(axes);
        }

        cells = [.. list];
        return true;
    }

    /// <summary>The link of a step.</summary>
    public static bool TryLink(LinkStep step, [NotNullWhen(true)] out Link? link, [NotNullWhen(false)] out string? reason)
    {
        var join = step as JoinStep;
        var total = step as TotalStep;
        (uint, uint)[] pairs = [.. join?.Pairs.Select(p => ((uint)p.Target, (uint)p.Source)) ?? []];
        return Link.TryCreate((uint)step.Key, pairs, (uint?)total?.Weight, (uint?)total?.Total, out link, out reason);
    }

    /// <summary>The columns of a table about which something is proven.</summary>
    public static HashSet<int> Used(Plan plan, string role)
    {
        var used = new HashSet<int>(plan.Cubes.Where(c => c.Table == role).SelectMany(c => c.Columns));
        foreach (PlanStep step in plan.Steps)
        {
            switch (step)
            {
                case MapStep map when map.Table == role:
                    used.UnionWith([.. map.Sources, map.Target]);
                    break;
                case LinkStep link when TryLink(link, out Link? columns, out _):
                    used.UnionWith(link.Events == role ? columns.EventColumns : []);
                    used.UnionWith(link.Entities == role ? columns.EntityColumns : []);
                    break;
            }
        }

        return used;
    }

    /// <summary>Determines whether a column of a plan is that of a schema. Labels are made as many as the plan has: some bytes of
    /// a schema stand for a million.</summary>
    private static bool Same(ColumnSchema column, PlanColumn plan) =>
        plan.Name == column.Name
        && plan.Domain == column.Domain
        && (
            column is KeyColumn key
                ? plan.Kind == PlanColumnKind.Key && plan.Of == key.Of && plan.Codes is null
                : plan.IsCoded
                    && plan.Of is null
                    && plan.Codes?.Count == column.Domain - 1
                    && plan.Codes.Index().All(c => c.Item == column.Label((uint)c.Index + 1))
        );
}
