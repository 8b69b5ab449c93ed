using System.Numerics;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The cube of a query and the numbers that are asked of it.</summary>
internal sealed partial class SqlCompiler
{
    private const int MaxWeights = 1 << 22,
        LargeCube = 1 << 14,
        MaxEventGroups = 7;

    private static readonly SqlValue[] NoGroup = [];

    /// <summary>The aggregates that are of two sums, each by the numbers of both.</summary>
    private readonly List<(int High, int Low, bool IsMean)> _digits = [];

    /// <summary>Writes a column so that one column has one text: with the table that it is of.</summary>
    public static string Resolve(SqlScope scope, NameNode name)
    {
        SqlSourceInScope[] found = [.. SourcesOf(scope, name)];
        return SqlText.Name(found.Length == 1 ? name with { Table = found[0].Alias } : name);
    }

    public static bool IsColumn(SqlScope scope, NameNode name) => SourcesOf(scope, name).Any();

    /// <summary>The sources that have a column of a name, those of a query outside only where no other has.</summary>
    private static IEnumerable<SqlSourceInScope> SourcesOf(SqlScope scope, NameNode name) =>
        scope
            .Sources.Where(s =>
                (name.Table is null || s.Alias.Equals(name.Table, StringComparison.OrdinalIgnoreCase))
                && (
                    s.Table is SqlTable table
                        ? table.Find(name.Name) is not null
                        : s.Query!.Items.Any(i => SqlText.NameOf(i).Equals(name.Name, StringComparison.OrdinalIgnoreCase))
                )
            )
            .GroupBy(s => s.IsOuter)
            .MinBy(g => g.Key)
        ?? Enumerable.Empty<SqlSourceInScope>();

    private static SqlCells Cells(
        string table,
        int[] aggregates,
        SqlAxes axes,
        SqlExpression[] groups,
        Func<SqlValue[], bool> passes,
        Func<SqlValue[], long> rows,
        SqlSums[] sums
    )
    {
        int width = 1 + sums.Sum(s => s.Width);
        return new SqlCells(
            table,
            aggregates,
            axes,
            groups,
            cell =>
                !passes(cell) ? null
                : groups.Length == 0 ? NoGroup
                : [.. groups.Select(g => g.Evaluate(cell))],
            width,
            cell =>
            {
                SqlWork.Spend(width);
                var weights = new long[width];
                weights[0] = rows(cell);
                int at = 1;
                foreach (SqlSums sum in sums)
                {
                    sum.Weigh(cell, weights.AsSpan(at, sum.Width));
                    at += sum.Width;
                }

                return weights;
            },
            (i, numbers) => sums[i].Read(Own(sums, i, numbers)),
            (i, numbers) => Own(sums, i, numbers)[0],
            i => sums[i].Type
        );
    }

    /// <summary>The numbers of an aggregate, of those of a group.</summary>
    private static ReadOnlySpan<long> Own(SqlSums[] sums, int i, ReadOnlyMemory<long> numbers) =>
        numbers.Span.Slice(1 + sums.Take(i).Sum(s => s.Width), sums[i].Width);

    /// <summary>DuckDB's name of a column without AS: a column's own, an expression as it is written.</summary>
    private static string Heading(SqlScope scope, SqlNode node) =>
        node is NameNode column
            ? SourcesOf(scope, column).Select(s => s.Table?.Find(column.Name)?.Name).FirstOrDefault() ?? column.Name
            : SqlText.Of(node, SqlText.Shown, isHeading: true);

    private SqlQuestion Ask(string sql, SqlQuery query, SqlScope scope, SqlOutput output, IReadOnlyList<SqlCells> all)
    {
        long least = Math.Max(output.Least, _options.MinCount);
        SqlPart[] parts = [.. all.Select(cells => AskPart(query, output.Groups.Count == 0, cells, least)).OfType<SqlPart>()];
        if (parts.Length == 0)
        {
            // the conditions are never true together: there is no group, and of the rows nothing is asked
            Use(scope.Root.Name);
            _builder.Ask(scope.Root.Name, [PlanBuilder.RowColumn], _ => 0);
        }

        SqlNumberType[] types = new SqlNumberType[output.Aggregates.Count + _digits.Count];
        foreach (
            (int aggregate, SqlNumberType type) in all.SelectMany(c => c.Aggregates.Select((a, place) => (a, c.Type(place))))
        )
        {
            types[aggregate] = (SqlNumberType)Math.Max((int)types[aggregate], (int)type);
        }

        foreach ((int high, _, bool isMean) in _digits)
        {
            types[high] = isMean ? SqlNumberType.Real : types[high];
        }

        (SqlExpression[] items, SqlExpression[] orders) = output.Bind(
            [
                .. output.Groups.Select(
                    (_, i) => all.Select(c => c.Terms[i]).FirstOrDefault(t => t.Kind != SqlKind.Null, all[0].Terms[i])
                ),
            ],
            types
        );
        Plan plan = _builder.Build();
        RefuseLarge(plan, query.Position);
        return new SqlQuestion(sql, plan)
        {
            Tables = [.. _used],
            Columns = [.. query.Items.Select(i => i.Alias ?? Heading(scope, i.Value))],
            FindRemarks = _remarks.Find,
            Parts = parts,
            HasGroups = output.Groups.Count > 0,
            IsAlwaysShown = output.Groups.Count == 0 && query.Having is null,
            Aggregates = output.Aggregates.Count + _digits.Count,
            Digits = [.. _digits],
            Items = items,
            Orders = [.. orders.Zip(query.OrderBy)],
            Least = least,
            MinCount = _options.MinCount,
            Files = Files,
        };
    }

    /// <summary>Asks one cube; null where no row can be counted.</summary>
    private SqlPart? AskPart(SqlQuery query, bool isOneGroup, SqlCells cells, long least)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var values = new List<SqlValue[]>();
        var places = new List<int>();
        var weights = new List<long[]?>();
        if (isOneGroup)
        {
            groups[""] = 0;
            values.Add([]);
        }

        foreach (SqlValue[] cell in cells.Axes.Cells())
        {
            SqlWork.Spend(SqlWork.OfGroup);
            SqlValue[]? group = cells.Group(cell);
            int place = -1;
            if (group is not null && SqlPart.KeyOf(group) is string key && !groups.TryGetValue(key, out place))
            {
                if (group.Any(v => v.Kind == SqlKind.Number && !double.IsFinite(v.Real)))
                {
                    throw new SqlException(
                        query.Position,
                        "a group is of an infinite value or of no number, as of a quotient by 0, which no answer shows: "
                            + "divide by nullif(…, 0), which makes it NULL"
                    );
                }

                groups[key] = place = values.Count;
                values.Add(group);
            }

            places.Add(group is null ? -1 : place);
            weights.Add(group is null ? null : cells.Weights(cell));
        }

        if (values.Count == 0)
        {
            return null;
        }

        bool withRow = places[0] >= 0 && weights[0]!.Any(w => w != 0);
        long total = (long)values.Count * cells.Width * places.Count;
        if (total > MaxWeights)
        {
            throw new SqlException(
                query.Position,
                $"{values.Count} groups of {cells.Width} numbers over {places.Count} cells are too many: make bands with CASE, or ask about fewer columns at once"
            );
        }

        Use(cells.Table);
        _builder.Ask(
            cells.Table,
            cells.Axes.NamesWithRow(withRow),
            least > 0 ? new PlanGroups(cells.Width, least) : null,
            [
                .. Enumerable
                    .Range(0, values.Count * cells.Width)
                    .Select(number =>
                        (Func<IReadOnlyList<uint>, long>)(
                            codes =>
                            {
                                int cell = cells.Axes.CellOf(codes);
                                return places[cell] == number / cells.Width && cells.Axes.IsRow(codes, withRow)
                                    ? weights[cell]![number % cells.Width]
                                    : 0;
                            }
                        )
                    ),
            ]
        );
        return new SqlPart(values, cells.Width, cells.Aggregates, cells.Read, cells.Counted);
    }

    /// <summary>Refuses what cannot be proven, naming what costs most: the cubes and relations of a table are padded to the
    /// largest of them.</summary>
    private static void RefuseLarge(Plan plan, int position)
    {
        foreach ((string role, PlanTable table) in plan.Tables)
        {
            if (!PlanTables.TryCells(plan, role, out ICubeCells[]? cells, out string? reason))
            {
                throw new SqlException(position, reason);
            }

            long padded =
                cells.Length == 0 ? 0 : cells.Length * (long)BitOperations.RoundUpToPowerOf2((uint)cells.Max(c => c.CellCount));
            if (padded > TableAxes.MaxCells)
            {
                string costs = string.Join(
                    ", ",
                    Asked(plan, role)
                        .Select(j => table.All[j])
                        .OrderByDescending(c => c.Domain)
                        .Take(4)
                        .Select(c => $"'{c.Name}' with {c.Domain}")
                );
                throw new SqlException(
                    position,
                    $"'{role}' needs {cells.Length} lists of up to {cells.Max(c => c.CellCount)} combinations, together more than 2^20, of {costs}: compare with fixed values, make bands with CASE, or ask about fewer of them at once"
                );
            }

            if (table.Derived.Count > TableCommitment.MaxDerived)
            {
                throw new SqlException(
                    position,
                    $"the query takes {table.Derived.Count} columns that are made of others for '{role}', of which {TableCommitment.MaxDerived} can be: "
                        + "ask fewer things in one query, compare dates with a fixed day, as in date_sub('year', birth, DATE '2026-01-01'), "
                        + "or give the tables schemas that keep dates by month or year"
                );
            }
        }
    }

    /// <summary>The columns of a table that cubes and maps of a plan have.</summary>
    private static IEnumerable<int> Asked(Plan plan, string role) =>
        plan
            .Cubes.Where(c => c.Table == role)
            .SelectMany(c => c.Columns)
            .Concat(plan.Steps.OfType<MapStep>().Where(s => s.Table == role).SelectMany(s => s.Sources))
            .Where(j => plan.Tables[role].All[j].Kind != PlanColumnKind.Key)
            .Distinct();
}
