namespace ZkHealth.Statistics;

/// <summary>The kinds of codes in a column of a plan.</summary>
internal enum PlanColumnKind
{
    /// <summary>Named values; code 0 is no value.</summary>
    Coded,

    /// <summary>Code k is the number k.</summary>
    Number,

    /// <summary>Code k ≥ 1 is row k − 1 of another table, 0 is nobody.</summary>
    Key,
}

/// <summary>A column of a plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its codes are.</param>
/// <param name="Domain">Codes are 0..Domain − 1.</param>
/// <param name="Codes">The labels of a coded column, from code 1 on; null where there are none.</param>
/// <param name="Of">For a key, the root of the table whose rows it counts, or owner/data set of a registrar; null where it names
/// none.</param>
internal sealed record PlanColumn(
    string Name,
    PlanColumnKind Kind,
    long Domain,
    IReadOnlyList<string>? Codes = null,
    string? Of = null
)
{
    public bool IsCoded => Kind == PlanColumnKind.Coded;

    /// <summary>Determines whether the codes of another column mean the same; its name may be another.</summary>
    public bool MeansAs(PlanColumn other) =>
        Kind == other.Kind
        && Domain == other.Domain
        && Of == other.Of
        && (Codes is null ? other.Codes is null : other.Codes is not null && Codes.SequenceEqual(other.Codes));
}

/// <summary>A table of a plan, under the role by which steps and cubes refer to it.</summary>
/// <param name="Owner">Who answers for its data.</param>
/// <param name="DataSet">The data set of which it is a version.</param>
/// <param name="Root">Its root.</param>
/// <param name="Rows">Its declared rows.</param>
/// <param name="Columns">Its committed columns.</param>
/// <param name="Derived">The columns that the plan derives; they are numbered after the committed ones.</param>
/// <param name="For">For a registrar's table, the owner of the hospital for which it was made; null for a hospital's own.</param>
internal sealed record PlanTable(
    string Owner,
    string DataSet,
    string Root,
    long Rows,
    IReadOnlyList<PlanColumn> Columns,
    IReadOnlyList<PlanColumn> Derived,
    string? For = null
)
{
    /// <summary>The word of a key column's schema for the table whose rows it counts: the root, or of a registrar's
    /// table the data set.</summary>
    public string Named => For is null ? Root : $"{Owner}/{DataSet}";

    /// <summary>The committed columns and then the derived ones.</summary>
    public IReadOnlyList<PlanColumn> All => [.. Columns, .. Derived];
}
