using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;

namespace ZkHealth.Accountability.Reports;

/// <summary>A plan in words, and what it costs.</summary>
internal static class PlanWords
{
    /// <summary>A line for each step and each question.</summary>
    public static IEnumerable<string> Steps(Plan plan)
    {
        foreach ((int i, PlanStep step) in plan.Steps.Index())
        {
            yield return $"step {i + 1}: {Step(plan, step)}";
        }

        foreach (PlanQuestion asked in plan.Asked)
        {
            PlanCube cube = plan.Cubes[asked.Cube];
            string columns = string.Join(" × ", cube.Columns.Select(j => Column(plan, cube.Table, j)));
            int cells = asked.Weights.Count == 0 ? 0 : asked.Weights[0].Count;
            string withheld = asked.Groups is (_, long least) ? $"; groups of fewer than {least} rows are withheld" : "";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"asked of the rows of '{cube.Table}' by {columns}: {asked.Weights.Count} numbers from {cells} cells{withheld}"
            );
        }
    }

    /// <summary>Reports what a plan is going to take.</summary>
    public static void Cost(PlanCost cost, Report report)
    {
        report.Add(
            "cost",
            new JsonObject
            {
                ["trees"] = cost.Trees,
                ["cells"] = cost.Cells,
                ["bytes"] = cost.Bytes,
                ["seconds"] = Math.Round(cost.Seconds, 2),
            },
            string.Create(
                CultureInfo.InvariantCulture,
                $"cost: {cost.Trees} trees over rows, {cost.Cells} cells and tuples, {cost.Bytes} bytes of proofs, about {cost.Seconds:0.0#} s on a core that proves a cube of 2^20 rows in {PlanCost.CubeSeconds:0.0#} s (zkhealth benchmark measures yours)"
            )
        );
    }

    private static string Step(Plan plan, PlanStep step) =>
        step switch
        {
            MapStep map =>
                $"in '{map.Table}', {Column(plan, map.Table, map.Target)} follows from {string.Join(" and ", map.Sources.Select(j => Column(plan, map.Table, j)))}, {map.Tuples.Count} tuples",
            JoinStep join =>
                $"to each row of '{join.Events}', of the row of '{join.Entities}' that {Column(plan, join.Events, join.Key)} names: {string.Join(", ", join.Pairs.Select(p => Column(plan, join.Events, p.Target)))}",
            TotalStep total =>
                $"to each row of '{total.Entities}', {Column(plan, total.Entities, total.Total)}: {(total.Weight is int w ? $"the sum of {Column(plan, total.Events, w)} over the rows" : "the number of rows")} of '{total.Events}' whose {Column(plan, total.Events, total.Key)} names it, at most {plan.Tables[total.Entities].All[total.Total].Domain - 1}",
            _ => "",
        };

    private static string Column(Plan plan, string role, int j) => $"'{plan.Tables[role].All[j].Name}'";
}
