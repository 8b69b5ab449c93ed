using System.Numerics;
using Xunit;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Tests.Statistics;

/// <summary>
/// The guard against its definition, on small random tables: all sums of up to three counts with coefficients −1, 0, 1, as
/// vectors over the rows, and the span of all counts by elimination over whole numbers.
/// </summary>
public class GuardOracleTests
{
    private static readonly TableSchema Schema = new(
        "t",
        [
            new CategoryColumn("a", [new Category("1", "1"), new Category("2", "2"), new Category("3", "3")]),
            CategoryColumn.YesNo("b"),
            CategoryColumn.YesNo("c") with
            {
                GuardMissing = true,
            },
        ]
    );

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Verdicts_are_those_of_the_definition(int seed, bool missing)
    {
        var random = new Random(seed);
        int refused = 0;
        for (int trial = 0; trial < 120; trial++)
        {
            int rows = random.Next(4, 60);
            uint[][] codes =
            [
                .. Schema
                    .Columns.Skip(1)
                    .Select(c =>
                        Enumerable
                            .Range(0, rows)
                            .Select(_ => missing && random.Next(12) == 0 ? 0 : (uint)random.Next(1, (int)c.Domain))
                            .ToArray()
                    ),
            ];
            Predicate[] asked = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Random(random, 2))];
            ulong threshold = (ulong)random.Next(2, 7);
            bool expected = IsRefused(codes, rows, asked, (int)threshold);
            string? refusal = new GuardedTable(Schema, codes).Refusal(threshold, [.. asked.Select(p => new CountStatistic(p))]);
            Assert.True(
                expected == refusal is not null,
                $"trial {trial}: expected {(expected ? "a refusal" : "none")}, got {refusal}"
            );
            refused += expected ? 1 : 0;
        }

        Assert.InRange(refused, 12, 108);
    }

    /// <summary>
    /// Above 300 counts: 310 codes of four to nine rows each, and counts that cross them; all pairs as vectors over the rows, and
    /// which atoms are known from the reduced form of the matrix of all counts.
    /// </summary>
    [Fact]
    public void Above_300_counts_verdicts_are_those_of_pairs_and_atoms()
    {
        const int Values = 310;
        var schema = new TableSchema("t", [new NumberColumn("code", 1, Values), CategoryColumn.YesNo("b")]);
        Predicate b = Predicate.In(schema, "b", "yes");
        var random = new Random(12);
        int refused = 0;
        for (int trial = 0; trial < 8; trial++)
        {
            uint[] codes = [.. Enumerable.Range(1, Values).SelectMany(c => Enumerable.Repeat((uint)c, random.Next(4, 10)))];
            uint[][] columns = [codes, [.. codes.Select(_ => (uint)random.Next(1, 3))]];
            int first = random.Next(20, 290);
            var chosen = new List<(Predicate Condition, Func<int, bool> Holds)>();
            for (int k = random.Next(2, 6); k > 0; k--)
            {
                int most = first + random.Next(0, 12);
                Predicate upTo = Predicate.AtMost(schema, "code", $"{most}");
                bool IsUpTo(int i) => codes[i] <= most;
                bool IsB(int i) => columns[1][i] == 2;
                chosen.Add(
                    random.Next(4) switch
                    {
                        0 => (upTo, IsUpTo),
                        1 => (upTo & b, i => IsUpTo(i) && IsB(i)),
                        2 => (upTo & !b, i => IsUpTo(i) && !IsB(i)),
                        _ => (upTo | b, i => IsUpTo(i) || IsB(i)),
                    }
                );
            }

            bool[][] forms =
            [
                [.. codes.Select(_ => true)],
                .. Enumerable.Range(1, Values).Select(c => codes.Select(x => x == c).ToArray()),
                .. chosen.Select(c => Enumerable.Range(0, codes.Length).Select(c.Holds).ToArray()),
            ];
            int threshold = random.Next(2, 5);
            bool expected = HasSmallPair(forms, threshold) || HasSmallAtom(forms, threshold);
            string? refusal = new GuardedTable(schema, columns).Refusal(
                (ulong)threshold,
                [new HistogramStatistic("code"), .. chosen.Select(c => new CountStatistic(c.Condition))]
            );
            Assert.True(expected == refusal is not null, $"trial {trial}: expected {expected}, got {refusal}");
            refused += expected ? 1 : 0;
        }

        Assert.InRange(refused, 1, 7);
    }

    private static bool HasSmallPair(bool[][] forms, int threshold)
    {
        if (forms.Any(f => f.Count(x => x) is int n and > 0 && n < threshold))
        {
            return true;
        }

        ulong[][] words = [.. forms.Select(Words)];
        foreach (ulong[] a in words)
        {
            foreach (ulong[] b in words)
            {
                int sum = 0,
                    difference = 0;
                bool isSum = true,
                    isDifference = true;
                for (int i = 0; i < a.Length; i++)
                {
                    isSum &= (a[i] & b[i]) == 0;
                    isDifference &= (b[i] & ~a[i]) == 0;
                    sum += BitOperations.PopCount(a[i] | b[i]);
                    difference += BitOperations.PopCount(a[i] & ~b[i]);
                }

                if ((isSum && sum >= 1 && sum < threshold) || (isDifference && difference >= 1 && difference < threshold))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The bits of a vector, 64 in a word.</summary>
    private static ulong[] Words(bool[] form) =>
        [.. form.Chunk(64).Select(bits => bits.Reverse().Aggregate(0UL, (word, bit) => word << 1 | (bit ? 1UL : 0)))];

    /// <summary>An atom is known where the reduced matrix of the counts has its indicator for a row.</summary>
    private static bool HasSmallAtom(bool[][] forms, int threshold)
    {
        const long Prime = 2_147_483_647;
        int[][] atoms =
        [
            .. Enumerable
                .Range(0, forms[0].Length)
                .GroupBy(i => string.Concat(forms.Select(f => f[i] ? '1' : '0')))
                .Select(g => g.ToArray()),
        ];
        long[][] rows = [.. forms.Select(f => atoms.Select(a => f[a[0]] ? 1L : 0).ToArray())];
        int rank = 0;
        for (int c = 0; c < atoms.Length && rank < rows.Length; c++)
        {
            int pivot = Array.FindIndex(rows, rank, r => r[c] != 0);
            if (pivot < 0)
            {
                continue;
            }

            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            long inverse = (long)BigInteger.ModPow(rows[rank][c], Prime - 2, Prime);
            long[] top = rows[rank] = Array.ConvertAll(rows[rank], x => x * inverse % Prime);
            for (int r = 0; r < rows.Length; r++)
            {
                long factor = r == rank ? 0 : rows[r][c];
                for (int j = c; factor != 0 && j < atoms.Length; j++)
                {
                    rows[r][j] = (rows[r][j] + (Prime - factor) * top[j]) % Prime;
                }
            }

            rank++;
        }

        return rows.Any(r =>
            r.Count(x => x != 0) == 1 && Array.FindIndex(r, x => x != 0) is int a && r[a] == 1 && atoms[a].Length < threshold
        );
    }

    private static Predicate Random(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            ColumnSchema column = Schema.Columns[1 + random.Next(3)];
            int value = random.Next(0, (int)column.Domain);
            return value == 0
                ? Predicate.Known(Schema, column.Name)
                : Predicate.In(Schema, column.Name, column.Label((uint)value));
        }

        Predicate a = Random(random, depth - 1),
            b = Random(random, depth - 1);
        return random.Next(3) switch
        {
            0 => a & b,
            1 => a | b,
            _ => !a,
        };
    }

    private static bool IsRefused(uint[][] codes, int rows, Predicate[] asked, int threshold)
    {
        // a row is counted where the condition is true
        int[] Vector(Predicate p) =>
            [.. Enumerable.Range(0, rows).Select(i => Holds(p, [codes[0][i], codes[1][i], codes[2][i]]) ? 1 : 0)];
        List<(int[] Rows, Predicate? Asked)> forms =
        [
            ([.. Enumerable.Repeat(1, rows)], null),
            .. asked.Select(p => (Vector(p), (Predicate?)p)),
        ];
        bool IsBad(int[] v) =>
            v.All(x => x is 0 or 1) && v.Sum() is int n and > 0 && n < threshold && !IsAllowed(v, forms, codes, threshold);
        foreach (int[] signs in Signs(forms.Count))
        {
            if (IsBad([.. Enumerable.Range(0, rows).Select(i => signs.Select((s, f) => s * forms[f].Rows[i]).Sum())]))
            {
                return true;
            }
        }

        int[][] matrix = [.. forms.Select(f => f.Rows)];
        int rank = Rank(matrix);
        return Enumerable.Range(0, rows).Select(i => Atom(forms, i)).Any(atom => IsBad(atom) && Rank([.. matrix, atom]) == rank);
    }

    /// <summary>The rows that no count tells apart from one.</summary>
    private static int[] Atom(List<(int[] Rows, Predicate? Asked)> forms, int row) =>
        [.. Enumerable.Range(0, forms[0].Rows.Length).Select(i => forms.All(f => f.Rows[i] == f.Rows[row]) ? 1 : 0)];

    /// <summary>All coefficients −1, 0, 1 of which one to three are not 0.</summary>
    private static IEnumerable<int[]> Signs(int forms)
    {
        for (int code = 0; code < (int)Math.Pow(3, forms); code++)
        {
            var signs = new int[forms];
            for (int f = 0, rest = code; f < forms; f++, rest /= 3)
            {
                signs[f] = rest % 3 - 1;
            }

            if (signs.Count(s => s != 0) is >= 1 and <= 3)
            {
                yield return signs;
            }
        }
    }

    /// <summary>Everybody without a value in a or b (c is guarded) among rows that counts which do not depend on it define, and
    /// these are not few.</summary>
    private static bool IsAllowed(int[] group, List<(int[] Rows, Predicate? Asked)> forms, uint[][] codes, int threshold)
    {
        foreach (int c in (int[])[0, 1])
        {
            // a count looks at a column where some values of the others make a difference; of counts of the same rows the one
            // that looks least decides
            List<int[]> free = [.. forms.Where(f => f.Asked is null || !DependsOn(f.Asked, c)).Select(f => f.Rows)];
            int[] members = [.. Enumerable.Range(0, group.Length).Where(i => group[i] == 1)];
            int[] around = [.. Enumerable.Range(0, group.Length).Where(i => members.Any(m => free.All(f => f[i] == f[m])))];
            if (
                members.All(i => codes[c][i] == 0)
                && around.Length >= threshold
                && around.All(i => group[i] == 1 || codes[c][i] != 0)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static readonly TableAxes All = TableAxes.Create([0, 1, 2, 3], [.. Schema.Columns.Select(c => c.Domain)]);

    private static bool Holds(Predicate predicate, uint[] codes) =>
        CellSpace.Evaluate(predicate, Schema, All)![
            (int)(((All.Domains[1] + codes[0]) * All.Domains[2] + codes[1]) * All.Domains[3] + codes[2])
        ];

    private static bool DependsOn(Predicate predicate, int column)
    {
        uint[] domains = [.. Schema.Columns.Skip(1).Select(c => c.Domain)];
        for (uint a = 0; a < domains[0]; a++)
        {
            for (uint b = 0; b < domains[1]; b++)
            {
                for (uint c = 0; c < domains[2]; c++)
                {
                    uint[] codes = [a, b, c],
                        other = [a, b, c];
                    other[column] = 0;
                    if (Holds(predicate, codes) != Holds(predicate, other))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>The rank over the rationals, by elimination without division.</summary>
    private static int Rank(int[][] matrix)
    {
        List<BigInteger[]> rows = [.. matrix.Select(r => r.Select(x => (BigInteger)x).ToArray())];
        int rank = 0;
        for (int c = 0; c < matrix[0].Length && rank < rows.Count; c++)
        {
            int pivot = rows.FindIndex(rank, r => !r[c].IsZero);
            if (pivot < 0)
            {
                continue;
            }

            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (int i = rank + 1; i < rows.Count; i++)
            {
                BigInteger factor = rows[i][c],
                    top = rows[rank][c];
                rows[i] = [.. rows[i].Select((x, j) => x * top - rows[rank][j] * factor)];
            }

            rank++;
        }

        return rank;
    }
}
