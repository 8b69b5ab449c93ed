namespace ZkHealth.Statistics;

/// <summary>
/// All rational combinations of the rows of an integer matrix: whether the indicator of some of its columns is one of them.
/// </summary>
/// <remarks>
/// A vector lies in the span of the rows exactly where it is orthogonal to every x with M·x = 0. One random x of that space is
/// drawn modulo a random prime p of 61 bits: a vector of the span is always orthogonal to it (modulo p), another one with
/// probability 1/p. The span modulo p is that over the rationals unless p divides every largest minor other than 0; by Hadamard
/// such a minor of 0 and 1 is at most r^(r/2) for rank r, below 2^524288 for r = 2^16, and so has at most 8,739 prime factors of
/// 61 bits, of about 2^54.6 primes. Either error has a chance below 2^-41.
/// <para>
/// A row with a column of its own is taken out first, one after the other: x fulfils it by that column. What is left is solved by
/// Lanczos' method (LaMacchia and Odlyzko 1990), which multiplies by the matrix alone, so that its few entries stay few: for
/// random y and a random diagonal D, x = y − D·Mᵀ·u with M·D·Mᵀ·u = M·y. That takes 2·r products by the matrix for rank r.
/// </para>
/// </remarks>
internal sealed class RationalSpan
{
    /// <summary>The most work: entries of the matrix that is left, times its rows.</summary>
    private const long MaxWork = 1L << 32;

    private const int MaxTries = 8;

    private readonly RandomPrimeField _field;
    private readonly ulong[] _orthogonal;

    private RationalSpan(RandomPrimeField field, ulong[] orthogonal) => (_field, _orthogonal) = (field, orthogonal);

    /// <summary>The span of the rows of a matrix.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="entry">The entry of a column and a row.</param>
    public static RationalSpan Of(int rows, int columns, Func<int, int, long> entry)
    {
        var field = new RandomPrimeField();
        return Of(
            field,
            columns,
            [
                .. Enumerable
                    .Range(0, rows)
                    .Select(r =>
                    {
                        int[] own = [.. Enumerable.Range(0, columns).Where(c => entry(c, r) != 0)];
                        return new SparseRow(own, Array.ConvertAll(own, c => field.Of(entry(c, r))));
                    }),
            ]
        );
    }

    /// <summary>The span of the indicators of sets.</summary>
    /// <param name="columns">How many columns.</param>
    /// <param name="sets">For each set its columns, each once.</param>
    /// <param name="maxWork">The most work; tests know less.</param>
    public static RationalSpan Of(int columns, IEnumerable<int[]> sets, long maxWork = MaxWork) =>
        Of(new RandomPrimeField(), columns, [.. sets.Select(s => new SparseRow(s, null))], maxWork);

    /// <summary>Determines whether the vector that is 1 in these columns and 0 elsewhere is a rational combination of the
    /// rows.</summary>
    public bool Contains(IEnumerable<int> columns) => columns.Aggregate(0UL, (sum, c) => _field.Add(sum, _orthogonal[c])) == 0;

    private static RationalSpan Of(RandomPrimeField field, int columns, SparseRow[] rows, long maxWork = MaxWork)
    {
        var x = new ulong[columns];
        for (int c = 0; c < columns; c++)
        {
            x[c] = field.Random();
        }

        List<(int Row, int Column)> taken = TakeOut(rows, columns, out bool[] isLeft);
        SparseRow[] left = [.. rows.Where((_, r) => isLeft[r])];

        // too much work: x stays orthogonal to nothing of what is left, and so nothing of it is taken for known
        long entries = left.Sum(r => (long)r.Columns.Length);
        if (entries * left.Length <= maxWork)
        {
            new LanczosKernel(field, left, columns).Project(x, MaxTries);
        }

        // the last one taken out holds none of those before it
        for (int k = taken.Count - 1; k >= 0; k--)
        {
            (int row, int column) = taken[k];
            x[column] = 0;
            ulong others = rows[row].Dot(field, x);
            x[column] = field.Subtract(0, field.Multiply(others, field.Invert(rows[row].At(field, column))));
        }

        return new RationalSpan(field, x);
    }

    /// <summary>Rows with a column that no other row has, after those before them are taken out; with that column.</summary>
    private static List<(int Row, int Column)> TakeOut(SparseRow[] rows, int columns, out bool[] isLeft)
    {
        // the only row that is left of a column is the exclusive or of all of them
        var (count, which) = (new int[columns], new int[columns]);
        for (int r = 0; r < rows.Length; r++)
        {
            foreach (int c in rows[r].Columns)
            {
                count[c]++;
                which[c] ^= r;
            }
        }

        isLeft = new bool[rows.Length];
        Array.Fill(isLeft, true);
        var taken = new List<(int, int)>();
        var single = new Queue<int>(Enumerable.Range(0, columns).Where(c => count[c] == 1));
        while (single.TryDequeue(out int column))
        {
            if (count[column] != 1)
            {
                continue;
            }

            int row = which[column];
            isLeft[row] = false;
            taken.Add((row, column));
            foreach (int c in rows[row].Columns)
            {
                which[c] ^= row;
                count[c]--;
                if (count[c] == 1)
                {
                    single.Enqueue(c);
                }
            }
        }

        return taken;
    }
}
