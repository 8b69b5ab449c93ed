using System.Formats.Cbor;
using System.Numerics;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>The numbers of questions: those that are shown are opened, groups that are withheld are proven to be small.</summary>
public sealed partial class PlanProof
{
    /// <summary>The label of the numbers of a question: the context, the digest of the plan, the roots of the tables of further
    /// segments, of which their plans follow, and the digest of the SQL of which it was made.</summary>
    private byte[] Statement(int question) =>
        StatisticContext.Statement(
            Labels.Plan,
            4,
            w =>
            {
                w.WriteByteString(Plan.Digest());
                CanonicalCbor.WriteList(
                    w,
                    [.. Segments.Skip(1).SelectMany(s => Roles(Plan).Select(role => s.Parts[role].Base.Root))],
                    root => w.WriteByteString(root.Span)
                );
                w.WriteByteString(Question?.Digest() ?? []);
                w.WriteInt32(question);
            }
        );

    /// <summary>The subject of a question: the cubes of all segments, which are added up.</summary>
    private ContingencyTableSubject Subject(string role, TableAxes axes) =>
        new([.. Segments.Select(s => s.Parts[role].Own.Root)], axes);

    private long PaddedRows(string role) => Segments.Sum(s => (long)s.Parts[role].Own.Layout.PaddedRows);

    /// <summary>Answers a question.</summary>
    /// <param name="number">The number of the question.</param>
    /// <param name="segments">The proven cells of its table, of each segment.</param>
    /// <param name="at">Which of them are the cube's.</param>
    /// <param name="withheld">The groups that are withheld, whether they are small or not; null for those that are.</param>
    private PlanAnswer ProveAnswer(int number, IReadOnlyList<ProvenCells> segments, int at, IReadOnlyList<int>? withheld)
    {
        PlanQuestion question = Plan.Asked[number];
        string role = Plan.Cubes[question.Cube].Table;
        Transcript transcript = Context.Start(Statement(number));
        using CellSecrets sum = CellSecrets.Sum([.. segments.Select(s => s.Secrets)]);
        CompressedPoint cube = SumOf([.. segments.Select(s => s.Points[at])])!.Value;
        var axes = (TableAxes)segments[0].Cells[at];
        return ProveAnswer(transcript, question, role, axes, sum.Counts[at].Values, sum.Blindings[at], cube, withheld);
    }

    /// <summary>The sum of the cubes of segments; null where one is no point.</summary>
    private static CompressedPoint? SumOf(IReadOnlyList<CompressedPoint> cubes) =>
        cubes.Count == 1 ? cubes[0] : ContingencyTableOpening.Add(cubes);

    private PlanAnswer ProveAnswer(
        Transcript transcript,
        PlanQuestion question,
        string role,
        TableAxes axes,
        ulong[] counts,
        Scalar blinding,
        CompressedPoint cube,
        IReadOnlyList<int>? withheld
    )
    {
        long[] values = [.. question.Weights.Select(row => Sum(row, counts))];
        int[] hidden = [.. withheld ?? Small(question, values)];
        IReadOnlyList<long>[] shown = [.. Shown(question, hidden, question.Weights)];
        ContingencyTableSubject subject = Subject(role, axes);
        byte[] proof = [],
            bounds = [];
        if (shown.Length > 0)
        {
            Scalar[][] weights = [.. shown.Select(row => row.Select(Scalar.FromInt64).ToArray())];
            (_, proof) = LinearStatistics.Prove(transcript, subject, counts, blinding, weights, new Scalar[weights.Length]);
        }

        if (hidden.Length > 0)
        {
            HiddenStatement[] small = [AreSmall(question, hidden)];
            BigInteger rows = PaddedRows(role);
            if (InequalityProof.Measure(small, rows).Fault is string fault)
            {
                throw new ArgumentException(fault, nameof(question));
            }

            bounds = InequalityProof.Prove(
                transcript,
                subject,
                rows,
                cube,
                counts,
                blinding,
                small,
                withheld is null ? null : (_, _) => { }
            );
        }

        return new PlanAnswer([.. Shown(question, hidden, values)], proof) { Withheld = hidden, Bounds = bounds };
    }

    private ProofFault? CollectAnswer(
        int number,
        PlanAnswer answer,
        Dictionary<string, ICubeCells[]> cells,
        VerificationBatch batch
    )
    {
        PlanQuestion question = Plan.Asked[number];
        (string role, int at) = Place(Plan, question.Cube);
        var axes = (TableAxes)cells[role][at];
        long[][] shown = [.. Shown(question, answer.Withheld, question.Weights).Select(row => row.ToArray())];
        if (answer.Values.Count != shown.Length || question.Weights.Any(row => row.Count != axes.CellCount))
        {
            return "expected a number for each row of weights, and one weight for each cell";
        }

        if (SumOf([.. Segments.Select(s => s.Cubes[role].Points[at])]) is not CompressedPoint cube)
        {
            return ProofFault.Encoding("the cube of a segment is no point");
        }

        Transcript transcript = Context.Start(Statement(number));
        ContingencyTableSubject subject = Subject(role, axes);
        ProofFault? failure =
            shown.Length > 0
                ? LinearStatistics.Collect(
                    transcript,
                    subject,
                    cube,
                    AnswerPoints(answer),
                    LinearStatistics.WeightRows.Of(shown),
                    answer.Proof,
                    batch
                )
            : answer.Proof.IsEmpty ? null
            : ProofFault.Length("a proof of nothing");
        return failure
            ?? (
                answer.Withheld.Count > 0
                    ? InequalityProof.Collect(
                        transcript,
                        subject,
                        PaddedRows(role),
                        cube,
                        [AreSmall(question, answer.Withheld)],
                        answer.Bounds,
                        batch
                    )
                : answer.Bounds.IsEmpty ? null
                : ProofFault.Length("a proof of no inequality")
            );
    }

    /// <summary>Explains why groups cannot be withheld, or shown, as an answer does it; or null.</summary>
    private static string? WithheldFault(PlanQuestion question, PlanAnswer answer)
    {
        if (question.Groups is not (int width, long least))
        {
            return answer.Withheld.Count == 0 ? null : "a number is withheld, and the plan shows all";
        }

        int groups = question.Weights.Count / width;
        bool ascending = answer.Withheld.Index().All(g => g.Item >= 0 && (g.Index == 0 || g.Item > answer.Withheld[g.Index - 1]));
        return !ascending || answer.Withheld.Any(g => g >= groups) ? "the groups that are withheld are not in their order"
            : answer.Values.Index().Any(v => v.Index % width == 0 && v.Item < least)
                ? $"a group of fewer than {least} rows is shown"
            : null;
    }

    /// <summary>Each group that is withheld has at most least − 1 rows.</summary>
    internal static HiddenStatement AreSmall(PlanQuestion question, IReadOnlyList<int> withheld)
    {
        (int width, long least) = question.Groups!.Value;
        var w = new CborWriter(CborConformanceMode.Canonical);
        CanonicalCbor.WriteList(w, withheld, w.WriteInt32);
        return new HiddenStatement(
            w.Encode(),
            integers =>
                integers.NotNegative([
                    .. withheld.Select(group =>
                        (
                            integers.Sum([.. question.Weights[group * width]]) * BigInteger.MinusOne - (1 - least),
                            (BigInteger)(least - 1)
                        )
                    ),
                ])
        );
    }

    /// <summary>The groups that have too few rows to be shown.</summary>
    internal static IEnumerable<int> Small(PlanQuestion question, IReadOnlyList<long> values) =>
        question.Groups is (int width, long least)
            ? Enumerable.Range(0, values.Count / width).Where(group => values[group * width] < least)
            : [];

    /// <summary>Leaves out of one item for each number those of groups that are withheld.</summary>
    internal static IEnumerable<T> Shown<T>(PlanQuestion question, IReadOnlyList<int> withheld, IReadOnlyList<T> items)
    {
        int width = question.Groups?.Width ?? 1;
        HashSet<int> left = [.. withheld];
        return items.Where((_, i) => !left.Contains(i / width));
    }

    internal static long Sum(IReadOnlyList<long> weights, ReadOnlySpan<ulong> counts)
    {
        Int128 sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += (Int128)weights[i] * counts[i];
        }

        return sum >= long.MinValue && sum <= long.MaxValue
            ? (long)sum
            : throw new ArgumentException("a number of the answer does not fit 64 bits", nameof(weights));
    }

    /// <summary>The commitments to shown numbers, without blinding.</summary>
    private static CompressedPoint[] AnswerPoints(PlanAnswer answer) =>
        [.. answer.Values.Select(v => PedersenGenerators.BTable.Multiply(Scalar.FromInt64(v)).Compress())];

    /// <summary>The table of a cube, and its place among what is counted of it.</summary>
    private static (string Role, int At) Place(Plan plan, int cube)
    {
        string role = plan.Cubes[cube].Table;
        return (
            role,
            plan.Steps.OfType<MapStep>().Count(s => s.Table == role) + plan.Cubes.Take(cube).Count(c => c.Table == role)
        );
    }
}
