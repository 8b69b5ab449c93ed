using ZkHealth.Fields;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>The files by which the reference judges a proof of a plan.</summary>
public sealed partial class PlanProof
{
    /// <summary>Writes the plan and each of its proofs as a JSON file that the reference checks
    /// (<see cref="ReferenceFile"/>).</summary>
    /// <returns>The files by name: plan, cubes (in the order of the names of their tables), link and statistics, each with its
    /// number from 1 on. That groups which are withheld are small has no form there.</returns>
    internal override IReadOnlyDictionary<string, byte[]> ExportReference()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["plan"] = ReferenceExport.Plans([.. Segments.Select(s => s.Plan)]),
        };
        (int cubesBefore, int linksBefore) = (0, 0);
        foreach (PlanSegmentProof segment in Segments)
        {
            foreach (string role in Roles(Plan).Where(segment.Cubes.ContainsKey))
            {
                PlanCubesProof cubes = segment.Cubes[role];
                files[$"cubes-{++cubesBefore}"] = ReferenceExport.Cubes(
                    ContingencyTableProof.Label,
                    segment.Parts[role].Own,
                    Cells(role),
                    cubes.Points,
                    cubes.Proof.Span
                );
            }

            foreach ((LinkStep step, PlanLinkProof proof) in segment.Plan.Steps.OfType<LinkStep>().Zip(segment.Links))
            {
                Link link = PlanTables.TryLink(step, out Link? own, out string? reason)
                    ? own
                    : throw new InvalidOperationException(reason);
                files[$"link-{++linksBefore}"] = ReferenceExport.Link(
                    ContingencyTableProof.Label,
                    segment.Parts[step.Events].Own,
                    segment.Parts[step.Entities].Own,
                    link,
                    proof.HiddenSums.Span,
                    proof.Proof.Span
                );
            }
        }

        foreach ((int i, PlanAnswer answer) in Answers.Index())
        {
            if (answer.Values.Count == 0)
            {
                continue;
            }

            (string role, int at) = Place(Plan, Plan.Asked[i].Cube);
            ContingencyTableSubject subject = Subject(role, (TableAxes)Cells(role)[at]);
            Scalar[][] weights =
            [
                .. Shown(Plan.Asked[i], answer.Withheld, Plan.Asked[i].Weights)
                    .Select(row => row.Select(Scalar.FromInt64).ToArray()),
            ];
            ulong?[] shown = [.. answer.Values.Select(v => v < 0 ? (ulong?)null : (ulong)v)];
            files[$"statistics-{i + 1}"] = ReferenceExport.Statistics(
                Context,
                Statement(i),
                subject,
                SumOf([.. Segments.Select(s => s.Cubes[role].Points[at])])!.Value,
                AnswerPoints(answer),
                weights,
                answer.Proof.Span,
                shown
            );
        }

        return files;
    }

    private ICubeCells[] Cells(string role) =>
        PlanTables.TryCells(Plan, role, out ICubeCells[]? cells, out string? reason)
            ? cells
            : throw new InvalidOperationException(reason);
}
