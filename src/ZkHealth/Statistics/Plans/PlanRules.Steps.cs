namespace ZkHealth.Statistics;

/// <summary>The rules of steps.</summary>
internal static partial class PlanRules
{
    /// <summary>Checks a step; returns the columns that it derives.</summary>
    private static List<(string Role, int Column)> Targets(Plan plan, PlanStep step, HashSet<(string, int)> known)
    {
        switch (step)
        {
            case MapStep map:
                CheckMap(plan, map, known);
                return [(map.Table, map.Target)];
            case JoinStep join:
                CheckJoin(plan, join, known);
                return [.. join.Pairs.Select(p => (join.Events, p.Target))];
            default:
                var total = (TotalStep)step;
                CheckTotal(plan, total, known);
                return [(total.Entities, total.Total)];
        }
    }

    private static void CheckMap(Plan plan, MapStep step, HashSet<(string, int)> known)
    {
        PlanColumn[] sources = [.. step.Sources.Select(j => Column(plan, step.Table, j))];
        PlanColumn target = Column(plan, step.Table, step.Target);
        Refuse(
            step.Sources.Any(j => !known.Contains((step.Table, j))),
            2,
            "a source is a base column or the target of an earlier step"
        );
        Refuse(
            target.Kind == PlanColumnKind.Key || sources.Any(c => c.Kind == PlanColumnKind.Key),
            9,
            "keys are neither sources nor targets of maps"
        );
        CheckGraph(step, sources, target);
    }

    private static void CheckGraph(MapStep step, PlanColumn[] sources, PlanColumn target)
    {
        const string Covers = "a map covers the domains of its sources, no more";
        bool inside = step.Tuples.All(t =>
            t.Count == sources.Length + 1 && sources.Select((c, i) => t[i] >= 0 && t[i] < c.Domain).All(x => x)
        );
        Refuse(!inside, 3, Covers);
        int values = step
            .Tuples.Select(t =>
                sources.Select((c, i) => (c.Domain, Code: t[i])).Aggregate(0L, (sum, c) => (sum * c.Domain) + c.Code)
            )
            .Distinct()
            .Count();
        Refuse(Product(sources) < int.MaxValue && values != step.Tuples.Count, 3, "a map is a function");
        Refuse(step.Tuples.Count != Product(sources), 3, Covers);
        Refuse(step.Tuples.Any(t => t[^1] < 0 || t[^1] >= target.Domain), 3, "a target lies in its domain");
        int[] coded = [.. Enumerable.Range(0, sources.Length).Where(i => sources[i].IsCoded)];
        Refuse(coded.Length == 0, 3, "a map has a coded source, which tells rows from padding");
        foreach (IReadOnlyList<long> t in step.Tuples)
        {
            Refuse(t[^1] != 0 && coded.All(i => t[i] == 0), 3, "no value in all coded sources gives no value");
            Refuse(t[^1] == 0 && target.IsCoded && coded.All(i => t[i] != 0), 3, "known coded sources give a value");
        }
    }

    private static void CheckLink(Plan plan, LinkStep step, HashSet<(string, int)> known)
    {
        PlanColumn key = Column(plan, step.Events, step.Key);
        Refuse(!known.Contains((step.Events, step.Key)), 2, "a key is a base column or joined earlier");
        Refuse(!plan.Tables.TryGetValue(step.Entities, out PlanTable? entities), 1, $"no table {step.Entities}");
        CheckKey(key, entities!);
    }

    private static void CheckKey(PlanColumn key, PlanTable entities) =>
        Refuse(
            key.Kind != PlanColumnKind.Key || key.Of != entities.Named,
            9,
            "a key counts rows of the table that its schema names"
        );

    /// <summary>Checks what the plan of a further segment does not share with that of the first: the tables that keys
    /// name.</summary>
    private static void CheckKeys(Plan plan)
    {
        foreach (LinkStep step in plan.Steps.OfType<LinkStep>())
        {
            CheckKey(Column(plan, step.Events, step.Key), plan.Tables[step.Entities]);
            IEnumerable<(int Target, int Source)> pairs = step is JoinStep join ? join.Pairs : [];
            Refuse(
                pairs.Any(p => Column(plan, step.Events, p.Target).Of != Column(plan, step.Entities, p.Source).Of),
                9,
                "a join's target has the kind, codes and labels of its source"
            );
        }
    }

    private static void CheckJoin(Plan plan, JoinStep step, HashSet<(string, int)> known)
    {
        CheckLink(plan, step, known);
        (PlanColumn Target, PlanColumn Source)[] pairs =
        [
            .. step.Pairs.Select(p => (Column(plan, step.Events, p.Target), Column(plan, step.Entities, p.Source))),
        ];
        Refuse(pairs.Length == 0, 4, "a join has pairs");
        Refuse(
            step.Pairs.Any(p => !known.Contains((step.Entities, p.Source))),
            2,
            "what is joined is a base column or derived earlier"
        );
        Refuse(pairs.Any(p => !p.Target.MeansAs(p.Source)), 9, "a join's target has the kind, codes and labels of its source");
        Refuse(
            pairs.Any(p => p.Target.Kind == PlanColumnKind.Number) && !pairs.Any(p => p.Target.IsCoded),
            4,
            "numbers are joined beside a coded column, which tells 0 from nobody"
        );
    }

    private static void CheckTotal(Plan plan, TotalStep step, HashSet<(string, int)> known)
    {
        CheckLink(plan, step, known);
        Refuse(Column(plan, step.Entities, step.Total).Kind != PlanColumnKind.Number, 9, "a total is a number");
        if (step.Weight is int weight)
        {
            Refuse(!known.Contains((step.Events, weight)), 2, "a weight is a base column or derived earlier");
            Refuse(Column(plan, step.Events, weight).Kind != PlanColumnKind.Number, 9, "a weight is a number");
        }

        bool bounded =
            IsBounded(plan, step.Entities, step.Total) && (step.Weight is not int w || IsBounded(plan, step.Events, w));
        Refuse(!bounded, 4, "weights and totals stand in a relation or cube of their own table");
    }

    /// <summary>Determines whether a cube or a relation of the table bounds a column: modulo the order of the group, sums of
    /// unbounded weights may be anything.</summary>
    private static bool IsBounded(Plan plan, string role, int j) =>
        plan.Cubes.Any(c => c.Table == role && c.Columns.Contains(j))
        || plan.Steps.OfType<MapStep>().Any(s => s.Table == role && (s.Target == j || s.Sources.Contains(j)));
}
