using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Constraints;
using ZkHealth.Proofs.Lookups;

namespace ZkHealth.Tables;

/// <summary>The relation that prover and verifier of <see cref="ContingencyTableProof"/> both walk: the sums over rows and over
/// cells agree, at one point of the joined columns and one of the joined cubes.</summary>
internal static class ContingencyTableRelation
{
    /// <summary>The whole statement, for both roles (the prover brings a witness).</summary>
    public static void Constrain(
        ConstraintSystem cs,
        ContingencyTableStatement statement,
        ContingencyTableChallenges challenges,
        ContingencyTableWitness? witness
    )
    {
        TableLayout layout = statement.Table.Layout;
        int m = statement.Axes.Count;
        LogUpTree[]? trees = witness?.Trees(challenges, cs.DegreeOfParallelism);
        LinearCombination[] roots = cs.Commit(3 * m, witness is null ? [] : witness.Roots(trees!, challenges));
        var (sums, p, q) = (new LinearCombination[m], new LinearCombination[m], new LinearCombination[m]);
        for (int c = 0; c < m; c++)
        {
            (sums[c], p[c], q[c]) = (roots[3 * c], roots[3 * c + 1], roots[3 * c + 2]);
            cs.Product(sums[c], q[c], p[c]);
        }

        (Scalar[] rowsAt, LinearCombination[] leaves) = LogUpRowSum.Run(cs, layout.LogRows, trees, p, q);
        (Scalar[] cellsAt, LinearCombination[] cubeValues) = LogUpCellSum.Run(cs, challenges.Weights, sums, witness?.Cells());

        // f at the rows' point is alpha − leaf: one point on the joined columns, one on the joined cubes
        var mix = new Scalar[m];
        ScalarVector.Powers(cs.Challenge("beta"u8), mix);
        Scalar[] left = ScalarVector.EqTable(rowsAt.AsSpan(0, layout.LogHeight)),
            right = ScalarVector.EqTable(rowsAt.AsSpan(layout.LogHeight));
        Scalar[] eq = ScalarVector.EqTable(cellsAt);
        Scalar[] shares = ColumnShares(statement, challenges, mix);

        Scalar blinding = Scalar.Zero;
        Scalar[] values = witness is null ? [] : witness.JoinedRow(shares, left, cs.DegreeOfParallelism, out blinding);
        MultiscalarEquation? point = witness is null ? JoinedColumns(statement, shares, left) : null;
        int row = cs.Attach(GeneratorFamily.Column, layout.Width, point, values, blinding);
        LinearCombination[] f = [.. leaves.Select(leaf => LinearCombination.Of(challenges.Alpha) - leaf)];
        cs.Constrain(LinearCombination.Run(row, right) - LinearCombination.Weighted(f, mix));

        values = witness is null ? [] : witness.JoinedCells(mix, out blinding);
        IReadOnlyList<ScaledCounts>? counts = witness?.Scaled(mix);
        point = witness is null ? JoinedCubes(statement, mix) : null;
        int cell = cs.Attach(GeneratorFamily.Cube, statement.Size, point, values, blinding, counts);
        cs.Constrain(LinearCombination.Run(cell, eq) - LinearCombination.Weighted(cubeValues, mix));
    }

    /// <summary>For each column of the table the sum over cubes of beta^c·gamma^j where it is the cube's j-th.</summary>
    private static Scalar[] ColumnShares(ContingencyTableStatement statement, ContingencyTableChallenges challenges, Scalar[] mix)
    {
        var shares = new Scalar[statement.Table.Columns.Count];
        for (int c = 0; c < mix.Length; c++)
        {
            for (int j = 0; j < challenges.Joins[c].Length; j++)
            {
                shares[statement.Axes[c].Columns[j]] += mix[c] * challenges.Joins[c][j];
            }
        }

        return shares;
    }

    private static MultiscalarEquation JoinedColumns(ContingencyTableStatement statement, Scalar[] shares, Scalar[] left)
    {
        var sum = new MultiscalarEquation();
        foreach (int j in statement.Columns)
        {
            var scalars = new Scalar[left.Length];
            ScalarVector.Scale(left, shares[j], scalars);
            statement.Table.Columns[j].AddTo(sum, 0, scalars);
        }

        return sum;
    }

    private static MultiscalarEquation JoinedCubes(ContingencyTableStatement statement, Scalar[] mix)
    {
        var sum = new MultiscalarEquation();
        for (int c = 0; c < mix.Length; c++)
        {
            sum.Add(statement.Points[c], mix[c]);
        }

        return sum;
    }
}
