using System.Globalization;
using System.Text.Json.Nodes;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Accountability.Reports;

/// <summary>The answer to a plan: its tables, its steps and the numbers, in words and as JSON.</summary>
internal static class PlanReport
{
    public static void Describe(PlanProof proof, Report report)
    {
        Plan plan = proof.Plan;
        if (proof.Question is SqlStatement sql)
        {
            DescribeSql(proof, sql, report);
        }

        report.Line($"  the answer to a plan of {plan.Steps.Count} step(s), digest {Report.Hex(plan.Digest())}");
        foreach (string line in PlanWords.Steps(plan))
        {
            report.Line($"  {line}");
        }

        var answers = new JsonArray();
        foreach ((int i, PlanAnswer answer) in proof.Answers.Index())
        {
            PlanCube cube = plan.Cubes[plan.Asked[i].Cube];
            if (proof.Question is null)
            {
                string numbers = string.Join(", ", answer.Values.Select(n => n.ToString(CultureInfo.InvariantCulture)));
                report.Line($"  question {i + 1}, of the rows of '{cube.Table}': {numbers}");
            }

            answers.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["of"] = cube.Table,
                        ["released"] = new JsonArray([.. answer.Values.Select(n => (JsonNode)n)]),
                        ["withheld"] = new JsonArray([.. answer.Withheld.Select(n => (JsonNode)n)]),
                    }
            );
        }

        var use = new PlanUse(plan);
        var tables = new JsonArray();
        foreach ((string role, PlanTable table) in plan.Tables.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            DataSetVersion version = proof.VersionsByRole[role];
            string registrar = table.For is null ? "" : ", a registrar's";
            string segments = version.Segments.Count == 1 ? "" : $" in {version.Segments.Count} segments";
            report.Line(
                $"  table '{role}': data set '{table.DataSet}'{segments}{registrar}, owner {table.Owner}, root {Report.Hex(version.Root)}; rows, asserted by the owner: {version.Rows}"
            );
            IReadOnlyList<string> columns = use.Of(table.Root, []).Columns;
            if (columns.Count > 0)
            {
                report.Line(
                    $"    columns used, their values asserted by the owner: {string.Join(", ", columns.Select(c => $"'{c}'"))}"
                );
            }

            tables.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["role"] = role,
                        ["dataSet"] = table.DataSet,
                        ["owner"] = table.Owner,
                        ["registrarFor"] = table.For,
                        ["root"] = Report.Hex(version.Root),
                        ["rows"] = version.Rows,
                        ["segments"] = version.Segments.Count,
                        ["columns"] = new JsonArray([.. columns.Select(c => (JsonNode)c)]),
                    }
            );
        }

        ProofReport.Purpose(proof.Context, report);
        report.Add("planDigest", Report.Hex(plan.Digest()));
        report.Add("plan", JsonNode.Parse(plan.Encode().Span));
        report.Add("answers", answers);
        report.Add("tables", tables);
    }

    /// <summary>The query and its answer; of a file that is not accepted the query alone, as the answer may be none.</summary>
    private static void DescribeSql(PlanProof proof, SqlStatement sql, Report report)
    {
        report.Add("sql", sql.Text);
        report.Line("  SQL:");
        foreach (string line in sql.Text.Split('\n'))
        {
            report.Line($"    {line.TrimEnd('\r')}");
        }

        if (sql.MinCount > 0)
        {
            report.Line($"  groups of fewer than {sql.MinCount} rows are withheld, as HAVING count(*) >= {sql.MinCount} would");
        }

        report.Add("minCount", sql.MinCount);
        var lists = new JsonArray();
        foreach (SqlList list in sql.Lists)
        {
            string digest = Report.Hex(list.Digest());
            int values = list.Values.Count(v => v.Length > 0);
            string blank = values < list.Values.Count ? " and blank ones, which make NOT IN true of nothing" : "";
            report.Line($"  the column '{list.Column}' of '{list.File}': {values} values{blank}, SHA-256 {digest}");
            lists.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["file"] = list.File,
                        ["column"] = list.Column,
                        ["values"] = values,
                        ["digest"] = digest,
                    }
            );
        }

        report.Add("lists", lists);
        try
        {
            SqlReport.Remarks(proof.SqlRemarks, report);
            SqlReport.Write(proof.Answer!, report);
        }
        catch (InvalidOperationException e)
        {
            report.Line($"  {e.Message}");
        }
    }
}
