using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A set of cells of the cube of some of the axes: for each whether it belongs, in index order.</summary>
/// <param name="Axes">Bit j: the axis j of the space.</param>
/// <param name="Holds">A value for each cell.</param>
internal sealed record CellSet(uint Axes, bool[] Holds);

/// <summary>
/// The cells of a cube, in which a condition is evaluated: a comparison over the values of its column alone, a join over the
/// columns of both sides, so that most of the work is done on few cells.
/// </summary>
internal sealed class CellSpace
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private readonly int[] _domains;

    private CellSpace(TableSchema schema, TableAxes axes, bool declared = false)
    {
        RowsAreDeclared = declared;
        // the first cell alone: of every axis the first code
        bool first = axes.CellCount < axes.AllCells;
        _domains = [.. axes.Domains.Select(d => first ? 1 : (int)d)];
        for (int j = 0; j < _domains.Length; j++)
        {
            _positions[schema.Columns[(int)axes.Columns[j]].Name] = j;
        }
    }

    /// <summary>
    /// For each cell whether the condition holds. Null where it does not fit the schema or looks at a column that the cube does
    /// not have.
    /// </summary>
    public static bool[]? Evaluate(Predicate condition, TableSchema schema, TableAxes axes)
    {
        var space = new CellSpace(schema, axes);
        return condition.Fits(schema) && condition.Columns.All(space._positions.ContainsKey)
            ? space.Join(new CellSet((1u << space._domains.Length) - 1, All(axes.CellCount)), condition.Cells(space), true).Holds
            : null;
    }

    /// <summary>
    /// For each cell whether the condition is false, provided that its rows are declared ones and no padding. Null as for
    /// <see cref="Evaluate"/>.
    /// </summary>
    public static bool[]? EvaluateFalse(Predicate condition, TableSchema schema, TableAxes axes)
    {
        var space = new CellSpace(schema, axes, true);
        return condition.Fits(schema) && condition.Columns.All(space._positions.ContainsKey)
            ? space
                .Join(new CellSet((1u << space._domains.Length) - 1, All(axes.CellCount)), (!condition).Cells(space), true)
                .Holds
            : null;
    }

    /// <summary>Tells whether a row without a value is taken to be a declared one, so that the column of rows is not looked
    /// at.</summary>
    public bool RowsAreDeclared { get; }

    public int DomainOf(string column) => _domains[_positions[column]];

    public CellSet OfColumn(string column, bool[] holds) => new(1u << _positions[column], holds);

    /// <summary>Intersection or union, over the axes of both.</summary>
    public CellSet Join(CellSet a, CellSet b, bool isAnd)
    {
        if (a.Axes == b.Axes)
        {
            return Overwrite(a, b, isAnd);
        }

        uint axes = a.Axes | b.Axes;
        int[] domains = [.. Enumerable.Range(0, _domains.Length).Where(j => (axes >> j & 1) == 1).Select(j => _domains[j])];
        (int[] strideA, int[] strideB) = (Strides(a.Axes, axes), Strides(b.Axes, axes));
        bool[] holds = new bool[domains.Aggregate(1, (x, y) => x * y)];
        int last = domains.Length - 1,
            inner = domains[last];
        var counter = new int[domains.Length];
        int at = 0,
            bt = 0;
        for (int start = 0; start < holds.Length; start += inner)
        {
            Span<bool> row = holds.AsSpan(start, inner);
            for (int k = 0, i = at, j = bt; k < row.Length; k++, i += strideA[last], j += strideB[last])
            {
                row[k] = isAnd ? a.Holds[i] & b.Holds[j] : a.Holds[i] | b.Holds[j];
            }

            for (int axis = last - 1; axis >= 0; axis--)
            {
                (at, bt) = (at + strideA[axis], bt + strideB[axis]);
                if (++counter[axis] < domains[axis])
                {
                    break;
                }

                (at, bt, counter[axis]) = (at - strideA[axis] * domains[axis], bt - strideB[axis] * domains[axis], 0);
            }
        }

        return new CellSet(axes, holds);
    }

    private static bool[] All(int cells)
    {
        bool[] all = new bool[cells];
        Array.Fill(all, true);
        return all;
    }

    private static CellSet Overwrite(CellSet a, CellSet b, bool isAnd)
    {
        Span<byte> left = MemoryMarshal.AsBytes(a.Holds.AsSpan());
        ReadOnlySpan<byte> right = MemoryMarshal.AsBytes(b.Holds.AsSpan());
        if (isAnd)
        {
            TensorPrimitives.BitwiseAnd(left, right, left);
        }
        else
        {
            TensorPrimitives.BitwiseOr(left, right, left);
        }

        return a;
    }

    /// <summary>For each axis of a join how far apart the cells of one side lie along it; 0 along axes that it does not
    /// have.</summary>
    private int[] Strides(uint own, uint axes)
    {
        var strides = new List<int>();
        int stride = 1;
        for (int j = _domains.Length - 1; j >= 0; j--)
        {
            if ((axes >> j & 1) == 1)
            {
                strides.Insert(0, (own >> j & 1) == 1 ? stride : 0);
            }

            stride *= (own >> j & 1) == 1 ? _domains[j] : 1;
        }

        return [.. strides];
    }
}
