namespace ZkHealth.Statistics;

/// <summary>
/// All rational combinations of the rows of an integer matrix: whether the indicator of some of its columns is one of them.
/// </summary>
/// <remarks>
/// A vector lies in the span of the rows exactly where it is orthogonal to every x with M·x = 0. One random x of that space is
/// drawn modulo a random prime p of 61 bits: a vector of the span is always orthogonal to it (modulo p), another one with
/// probability 1/p. The span modulo p is that over the rationals unless p divides every largest minor other than 0; by Hadamard
/// such a minor of 0 and 1 is at most r^(r/2) for rank r, below 2^11264 for r = 2048, and so has at most 187 prime factors of 61
/// bits, of about 2^54.6 primes. Either error has a chance below 2^-44.
/// <para>
/// Cost: a column is dependent on those before it where a random y that is orthogonal to these is orthogonal to it, which costs
/// the number of rows F; only r columns are reduced. In all F·A multiplications for A columns, about r²·F for the basis and r³/3
/// for x.
/// </para>
/// </remarks>
internal sealed class RationalSpan
{
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
        var elements = new Dictionary<long, ulong> { [0] = 0, [1] = field.One };
        ulong Element(long n) => elements.TryGetValue(n, out ulong e) ? e : elements[n] = field.Of(n);
        var column = new ulong[rows];
        ulong[] Column(int c)
        {
            for (int r = 0; r < rows; r++)
            {
                long n = entry(c, r);
                column[r] =
                    n == 0 ? 0
                    : n == 1 ? field.One
                    : Element(n);
            }

            return column;
        }

        List<(int Column, int Pivot)> basis = Basis(field, rows, columns, Column);
        var x = new ulong[columns];
        var sum = new ulong[rows];
        HashSet<int> inBasis = [.. basis.Select(b => b.Column)];
        for (int c = 0; c < columns; c++)
        {
            if (!inBasis.Contains(c))
            {
                x[c] = field.Random();
                AddScaled(field, sum, x[c], Column(c));
            }
        }

        // the basis, at its pivots, times its part of x is −sum
        var system = new ulong[basis.Count][];
        for (int i = 0; i < system.Length; i++)
        {
            system[i] = new ulong[basis.Count + 1];
            system[i][^1] = field.Subtract(0, sum[basis[i].Pivot]);
        }

        for (int j = 0; j < basis.Count; j++)
        {
            ulong[] values = Column(basis[j].Column);
            for (int i = 0; i < system.Length; i++)
            {
                system[i][j] = values[basis[i].Pivot];
            }
        }

        ulong[] solution = Solve(field, system);
        for (int j = 0; j < solution.Length; j++)
        {
            x[basis[j].Column] = solution[j];
        }

        return new RationalSpan(field, x);
    }

    /// <summary>Determines whether the vector that is 1 in these columns and 0 elsewhere is a rational combination of the
    /// rows.</summary>
    public bool Contains(IEnumerable<int> columns) => columns.Aggregate(0UL, (sum, c) => _field.Add(sum, _orthogonal[c])) == 0;

    /// <summary>Independent columns that span all of them, each with a row in which it is reduced to 1.</summary>
    private static List<(int Column, int Pivot)> Basis(RandomPrimeField field, int rows, int columns, Func<int, ulong[]> column)
    {
        var basis = new List<(int Column, int Pivot)>();
        var reduced = new List<ulong[]>();
        var y = new ulong[rows];
        for (int r = 0; r < rows; r++)
        {
            y[r] = field.Random();
        }

        for (int c = 0; c < columns && basis.Count < rows; c++)
        {
            if (Dot(field, y, column(c)) == 0)
            {
                continue;
            }

            ulong[] rest = [.. column(c)];
            for (int i = 0; i < basis.Count; i++)
            {
                AddScaled(field, rest, field.Subtract(0, rest[basis[i].Pivot]), reduced[i]);
            }

            int pivot = Array.FindIndex(rest, v => v != 0);
            ulong scale = field.Invert(rest[pivot]);
            for (int r = 0; r < rows; r++)
            {
                rest[r] = field.Multiply(rest[r], scale);
            }

            basis.Add((c, pivot));
            reduced.Add(rest);

            // a later one is 0 at the pivots before its own
            for (int i = basis.Count - 1; i >= 0; i--)
            {
                y[basis[i].Pivot] = 0;
                y[basis[i].Pivot] = field.Subtract(0, Dot(field, y, reduced[i]));
            }
        }

        return basis;
    }

    /// <summary>Solves a regular system; the last column is the right side.</summary>
    private static ulong[] Solve(RandomPrimeField field, ulong[][] system)
    {
        int n = system.Length;
        for (int k = 0; k < n; k++)
        {
            int pivot = Array.FindIndex(system, k, row => row[k] != 0);
            (system[k], system[pivot]) = (system[pivot], system[k]);
            ulong inverse = field.Invert(system[k][k]);
            for (int i = k + 1; i < n; i++)
            {
                if (system[i][k] != 0)
                {
                    ulong factor = field.Subtract(0, field.Multiply(system[i][k], inverse));
                    AddScaled(field, system[i].AsSpan(k), factor, system[k].AsSpan(k));
                }
            }
        }

        var x = new ulong[n];
        for (int k = n - 1; k >= 0; k--)
        {
            ulong right = field.Subtract(system[k][n], Dot(field, x, system[k].AsSpan(0, n)));
            x[k] = field.Multiply(right, field.Invert(system[k][k]));
        }

        return x;
    }

    private static ulong Dot(RandomPrimeField field, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b)
    {
        ulong sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum = b[i] == 0 ? sum : field.Add(sum, field.Multiply(a[i], b[i]));
        }

        return sum;
    }

    private static void AddScaled(RandomPrimeField field, Span<ulong> target, ulong factor, ReadOnlySpan<ulong> vector)
    {
        if (factor == 0)
        {
            return;
        }

        for (int i = 0; i < target.Length; i++)
        {
            target[i] = vector[i] == 0 ? target[i] : field.Add(target[i], field.Multiply(factor, vector[i]));
        }
    }
}
