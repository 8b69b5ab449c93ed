using ZkHealth.Tables;

namespace ZkHealth.Statistics;

/// <summary>A committed table under the name that SQL has for it.</summary>
public sealed class SqlTable
{
    /// <summary>A table.</summary>
    /// <param name="name">Its name in FROM, compared without regard to case.</param>
    /// <param name="commitment">The table.</param>
    /// <param name="dataSet">The data set of which it is a version, as the ledger names it.</param>
    /// <exception cref="ArgumentException">No name, or the table has no schema.</exception>
    public SqlTable(string name, TableCommitment commitment, string dataSet)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(commitment);
        ArgumentException.ThrowIfNullOrEmpty(dataSet);
        Schema = TableSchema.TryDecode(commitment.Schema, out TableSchema? schema, out string? reason)
            ? schema
            : throw new ArgumentException(reason, nameof(commitment));
        (Name, Commitment, DataSet) = (name, commitment, dataSet);
        Root = Convert.ToHexStringLower(commitment.Root.Span);
    }

    /// <summary>The name in FROM.</summary>
    public string Name { get; }

    /// <summary>The table.</summary>
    public TableCommitment Commitment { get; }

    /// <summary>The data set of which it is a version.</summary>
    public string DataSet { get; }

    /// <summary>The column of the file that identifies its rows, of which the commitment says nothing; null where it is not
    /// known.</summary>
    internal string? Identifier { get; init; }

    /// <summary>The table of which no more is known than the commitment says.</summary>
    internal SqlTable AsCommitted() => Identifier is null ? this : new SqlTable(Name, Commitment, DataSet);

    internal TableSchema Schema { get; }

    internal string Root { get; }

    /// <summary>By which a key names it whose rows are a registrar's: owner/data set.</summary>
    internal string OfRegistrar => $"{Convert.ToHexStringLower(Commitment.Owner.Span)}/{DataSet}";

    /// <summary>The column of a name, compared without regard to case where none has just that; null where there is
    /// none.</summary>
    internal ColumnSchema? Find(string name) =>
        Schema.Columns.Skip(1).FirstOrDefault(c => c.Name == name)
        ?? Schema.Columns.Skip(1).FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? WideColumn.Find(Schema, name)?.Whole;
}
