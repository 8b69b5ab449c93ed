namespace ZkHealth.Statistics;

/// <summary>
/// Vectors that a matrix M of few entries takes to 0, by Lanczos' method modulo a random prime: it solves M·D·Mᵀ·u = b by
/// products with the matrix alone. The prime is so large that a step divides by 0 with a chance of about rank/2^60; then another
/// diagonal D is drawn.
/// </summary>
internal sealed class LanczosKernel
{
    private readonly RandomPrimeField _field;
    private readonly SparseRow[] _rows;
    private readonly ulong[] _diagonal,
        _image;

    /// <summary>The kernel of a matrix.</summary>
    /// <param name="field">The field.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">How many columns it has.</param>
    public LanczosKernel(RandomPrimeField field, SparseRow[] rows, int columns)
    {
        (_field, _rows) = (field, rows);
        (_diagonal, _image) = (new ulong[columns], new ulong[columns]);
    }

    /// <summary>Takes what is not in the kernel from a random vector, so that it becomes a random one of the kernel.</summary>
    /// <param name="x">The vector.</param>
    /// <param name="tries">How many diagonals to draw at most.</param>
    /// <exception cref="InvalidOperationException">None of them had a solution, which has a chance that nobody sees.</exception>
    public void Project(ulong[] x, int tries)
    {
        ulong[] right = [.. _rows.Select(r => r.Dot(_field, x))];
        for (int k = 0; k < tries; k++)
        {
            for (int c = 0; c < _diagonal.Length; c++)
            {
                _diagonal[c] = _field.Random();
            }

            if (Solve(right) is ulong[] u && Product(u).AsSpan().SequenceEqual(right))
            {
                // the image of u is what Product has left
                for (int c = 0; c < x.Length; c++)
                {
                    x[c] = _field.Subtract(x[c], _image[c]);
                }

                return;
            }
        }

        throw new InvalidOperationException("no combination of counts was found modulo a random prime: try again");
    }

    /// <summary>M·D·Mᵀ·v; D·Mᵀ·v stays in the image.</summary>
    private ulong[] Product(ulong[] v)
    {
        Array.Clear(_image);
        for (int r = 0; r < v.Length; r++)
        {
            if (v[r] != 0)
            {
                _rows[r].AddTo(_field, v[r], _image);
            }
        }

        for (int c = 0; c < _image.Length; c++)
        {
            _image[c] = _image[c] == 0 ? 0 : _field.Multiply(_image[c], _diagonal[c]);
        }

        return Array.ConvertAll(_rows, r => r.Dot(_field, _image));
    }

    /// <summary>A solution for the right side; null where a step divides by 0.</summary>
    private ulong[]? Solve(ulong[] right)
    {
        var solution = new ulong[right.Length];
        ulong[] w = [.. right],
            before = new ulong[right.Length];
        ulong inverseBefore = 0;
        for (int step = 0; w.AsSpan().ContainsAnyExcept(0UL); step++)
        {
            ulong[] v = Product(w);
            ulong t = Dot(w, v);
            if (t == 0 || step > right.Length)
            {
                return null;
            }

            ulong inverse = _field.Invert(t);
            ulong share = _field.Multiply(Dot(w, right), inverse),
                own = _field.Multiply(Dot(v, v), inverse),
                last = _field.Multiply(t, inverseBefore);
            for (int i = 0; i < v.Length; i++)
            {
                solution[i] = _field.Add(solution[i], _field.Multiply(share, w[i]));
                ulong both = _field.Add(_field.Multiply(own, w[i]), _field.Multiply(last, before[i]));
                v[i] = _field.Subtract(v[i], both);
            }

            (before, w, inverseBefore) = (w, v, inverse);
        }

        return solution;
    }

    private ulong Dot(ulong[] a, ulong[] b)
    {
        ulong sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum = _field.Add(sum, _field.Multiply(a[i], b[i]));
        }

        return sum;
    }
}
