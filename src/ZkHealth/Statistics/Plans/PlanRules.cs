namespace ZkHealth.Statistics;

/// <summary>
/// The rules of plans: what a verifier demands of a question over derived columns, beside its proofs. Each rule answers a false
/// statement that verified without it (docs/derived.md). Whether roots are on the ledger and newest, and whether the proofs
/// verify, is checked elsewhere.
/// </summary>
internal static partial class PlanRules
{
    /// <summary>The first rule that a plan breaks, "rule 3: a map is a function", or null.</summary>
    public static string? Broken(Plan plan)
    {
        try
        {
            Check(plan);
            return null;
        }
        catch (RuleException e)
        {
            return e.Message;
        }
    }

    private static void Check(Plan plan)
    {
        CheckTables(plan);
        var known = new HashSet<(string Role, int Column)>();
        foreach ((string role, PlanTable table) in plan.Tables)
        {
            known.UnionWith(Enumerable.Range(0, table.Columns.Count).Select(j => (role, j)));
        }

        foreach (PlanStep step in plan.Steps)
        {
            foreach ((string role, int j) in Targets(plan, step, known))
            {
                Refuse(j < plan.Tables[role].Columns.Count, 2, "a target is a derived column");
                Refuse(!known.Add((role, j)), 2, "a column is the target of one step");
            }
        }

        Refuse(known.Count != plan.Tables.Values.Sum(t => t.All.Count), 2, "a derived column is the target of no step");
        foreach (PlanCube cube in plan.Cubes)
        {
            Refuse(
                cube.Columns.Count == 0 || cube.Columns.Distinct().Count() != cube.Columns.Count,
                8,
                "a cube has distinct columns"
            );
            foreach (int j in cube.Columns)
            {
                Refuse(Column(plan, cube.Table, j).Kind == PlanColumnKind.Key, 8, "a key is no axis");
            }
        }

        CheckRegistrars(plan);
        CheckQuestion(plan);
    }

    private static void CheckTables(Plan plan)
    {
        string[] hospitals = [.. plan.Tables.Values.Where(t => t.For is null).Select(t => t.Owner).Distinct()];
        Refuse(hospitals.Length != 1, 1, "the tables of a plan are one hospital's, but for registrars'");
        Refuse(
            plan.Tables.Values.Any(t => t.For is not null && t.For != hospitals[0]),
            1,
            "a registrar's table is made for this hospital"
        );
        Refuse(plan.Tables.Values.Select(t => t.Root).Distinct().Count() != plan.Tables.Count, 1, "roles have distinct tables");
        foreach (PlanTable table in plan.Tables.Values)
        {
            Refuse(table.All.Select(c => c.Name).Distinct().Count() != table.All.Count, 9, "names of columns differ");
        }
    }

    /// <summary>A registrar's table is used once a person, and only to say who consents.</summary>
    private static void CheckRegistrars(Plan plan)
    {
        LinkStep[] links = [.. plan.Steps.OfType<LinkStep>()];
        bool IsRegistrar(string role) => plan.Tables[role].For is not null;
        bool asked = plan.Asked.Any(a => a.Cube >= 0 && a.Cube < plan.Cubes.Count && IsRegistrar(plan.Cubes[a.Cube].Table));
        Refuse(
            links.Any(s => IsRegistrar(s.Events)) || asked,
            1,
            "a registrar's table stands on the entities' side and is not asked"
        );
        foreach (JoinStep join in links.OfType<JoinStep>().Where(s => IsRegistrar(s.Entities)))
        {
            var once = links
                .OfType<TotalStep>()
                .Where(s => s.Weight is null && (s.Events, s.Entities, s.Key) == (join.Events, join.Entities, join.Key))
                .Select(s => s.Total);
            bool proven = plan.Cubes.Any(c =>
                c.Table == join.Entities && once.Any(j => c.Columns.Contains(j) && Column(plan, c.Table, j).Domain == 2)
            );
            Refuse(
                !proven,
                5,
                "a registrar's person is named once: a total without weight of the same key, in a cube of domain 2"
            );
        }
    }

    private static void CheckQuestion(Plan plan)
    {
        Refuse(plan.Asked.Count == 0, 8, "something is asked");
        foreach (PlanQuestion asked in plan.Asked)
        {
            Refuse(asked.Cube < 0 || asked.Cube >= plan.Cubes.Count, 8, "what is asked is a cube");
            PlanCube cube = plan.Cubes[asked.Cube];
            PlanColumn[] columns = [.. cube.Columns.Select(j => Column(plan, cube.Table, j))];
            CheckGroups(asked);
            Refuse(!columns.Any(c => c.IsCoded), 7, "a cube that is asked has a coded column, which tells rows from padding");
            long cells = Product(columns);
            foreach (IReadOnlyList<long> row in asked.Weights)
            {
                Refuse(row.Count != cells, 7, "one weight for each cell");
                for (int i = 0; i < row.Count; i++)
                {
                    Refuse(row[i] != 0 && IsUnknown(columns, i), 7, "cells without any coded value have weight 0");
                }
            }
        }
    }

    /// <summary>Names which groups are withheld is decided by how many rows they count.</summary>
    private static void CheckGroups(PlanQuestion asked)
    {
        if (asked.Groups is (int width, long least))
        {
            Refuse(
                width < 1 || asked.Weights.Count == 0 || asked.Weights.Count % width != 0 || least is < 1 or > int.MaxValue,
                8,
                "groups have as many numbers each, and a least number of rows"
            );
            bool counted = asked.Weights.Index().All(row => row.Index % width != 0 || row.Item.All(w => w >= 0));
            Refuse(!counted, 8, "the first number of a group counts its rows");
        }
    }

    /// <summary>Determines whether the codes of all coded columns are 0 in a cell.</summary>
    private static bool IsUnknown(PlanColumn[] columns, long cell)
    {
        for (int j = columns.Length - 1; j >= 0; cell /= columns[j--].Domain)
        {
            if (columns[j].IsCoded && cell % columns[j].Domain != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The number of cells, or a number larger than any list where there are more; a domain that is none leaves
    /// none.</summary>
    private static long Product(IEnumerable<PlanColumn> columns)
    {
        long product = 1;
        foreach (PlanColumn column in columns)
        {
            long domain = Math.Max(0, column.Domain);
            product = domain > 0 && product > int.MaxValue / domain ? int.MaxValue : product * domain;
        }

        return product;
    }

    private static PlanColumn Column(Plan plan, string role, int j)
    {
        Refuse(!plan.Tables.TryGetValue(role, out PlanTable? table), 1, $"no table {role}");
        Refuse(j < 0 || j >= table!.Columns.Count + table.Derived.Count, 1, $"{role} has no column {j}");
        return j < table!.Columns.Count ? table.Columns[j] : table.Derived[j - table.Columns.Count];
    }

    private static void Refuse(bool condition, int rule, string why)
    {
        if (condition)
        {
            throw new RuleException($"rule {rule}: {why}");
        }
    }

    private sealed class RuleException(string message) : Exception(message);
}
