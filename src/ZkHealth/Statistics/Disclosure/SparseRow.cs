namespace ZkHealth.Statistics;

/// <summary>A row of a matrix of few entries.</summary>
/// <param name="columns">The columns whose entries are not 0, each once.</param>
/// <param name="values">These entries; null where all are 1.</param>
internal sealed class SparseRow(int[] columns, ulong[]? values)
{
    /// <summary>The columns whose entries are not 0.</summary>
    public int[] Columns => columns;

    /// <summary>The entry of one of the columns.</summary>
    public ulong At(RandomPrimeField field, int column) => values is null ? field.One : values[Array.IndexOf(columns, column)];

    /// <summary>The sum of entries times those of a vector.</summary>
    public ulong Dot(RandomPrimeField field, ulong[] vector)
    {
        ulong sum = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            ulong x = vector[columns[i]];
            sum = field.Add(sum, values is null ? x : field.Multiply(values[i], x));
        }

        return sum;
    }

    /// <summary>Adds a multiple of the row to a vector.</summary>
    public void AddTo(RandomPrimeField field, ulong factor, ulong[] vector)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            ref ulong x = ref vector[columns[i]];
            x = field.Add(x, values is null ? factor : field.Multiply(values[i], factor));
        }
    }
}
