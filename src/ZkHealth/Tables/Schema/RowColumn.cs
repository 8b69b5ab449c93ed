namespace ZkHealth.Tables;

/// <summary>
/// The public column 0 of every table: code 1 in each declared row, 0 in the padding. Its commitment has no blinding and follows
/// from the number of rows, so nobody sends it. As an axis of a cube it tells a row without a value from padding.
/// </summary>
internal sealed record RowColumn : ColumnSchema
{
    /// <summary>The name of the column, which no other column may have.</summary>
    public const string ReservedName = "row";

    private RowColumn()
        : base(ReservedName) { }

    /// <summary>The only instance.</summary>
    internal static RowColumn Instance { get; } = new();

    /// <summary>The codes of so many declared rows.</summary>
    internal static uint[] Codes(int rows)
    {
        var codes = new uint[rows];
        Array.Fill(codes, 1u);
        return codes;
    }

    public override uint Domain => 2;

    internal override bool HasOrder => false;

    private protected override uint KnownCode(string value) => value == ReservedName ? 1u : 0;

    private protected override string KnownLabel(uint index) => ReservedName;
}
