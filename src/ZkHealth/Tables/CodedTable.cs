using System.Numerics.Tensors;
using ZkHealth.Fields;

namespace ZkHealth.Tables;

/// <summary>Rows coded under a schema: for each column one code a row, 0 for "no value". Column 0 is the public column: 1 in
/// every row.</summary>
public sealed class CodedTable
{
    private readonly Lazy<uint[]>[] _codes;

    /// <summary>Takes over coded columns.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="codes">For each column of the schema from 1 on its codes, all of one length of at least 1.</param>
    /// <exception cref="ArgumentException">A column has another length, or a code lies outside its domain.</exception>
    public CodedTable(TableSchema schema, uint[][] codes)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(codes);
        if (codes.Length != schema.Columns.Count - 1 || codes.Any(c => c is null || c.Length != codes[0].Length))
        {
            throw new ArgumentException($"expected {schema.Columns.Count - 1} columns of one length", nameof(codes));
        }

        _ = new TableLayout(codes[0].Length);
        for (int j = 0; j < codes.Length; j++)
        {
            ColumnSchema column = schema.Columns[j + 1];
            if (TensorPrimitives.Max<uint>(codes[j]) >= column.Domain)
            {
                throw new ArgumentException(
                    $"a code of column '{column.Name}' lies outside its domain of {column.Domain}",
                    nameof(codes)
                );
            }
        }

        Schema = schema;
        Rows = codes[0].Length;
        _codes = [RowCodes(Rows), .. codes.Select(c => new Lazy<uint[]>(c))];
    }

    /// <summary>Takes columns that are read when first asked for, each known to have so many codes within its domain.</summary>
    internal CodedTable(TableSchema schema, int rows, IEnumerable<Lazy<uint[]>> codes)
    {
        Schema = schema;
        Rows = rows;
        _codes = [RowCodes(rows), .. codes];
    }

    /// <summary>The schema: the meaning of the codes.</summary>
    public TableSchema Schema { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The codes of a column.</summary>
    public ReadOnlyMemory<uint> Codes(int column) => _codes[column].Value;

    /// <summary>Clears the codes that have been read.</summary>
    internal void Clear()
    {
        foreach (Lazy<uint[]> column in _codes.Where(c => c.IsValueCreated))
        {
            new SecretSpan<uint>(column.Value).Dispose();
        }
    }

    private static Lazy<uint[]> RowCodes(int rows) => new(() => RowColumn.Codes(rows));
}
