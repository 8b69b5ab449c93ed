namespace ZkHealth.Data;

/// <summary>
/// Numbers the rows of a source by their identifiers, to which keys of other sources refer. Each row has its own; nothing of
/// this column is committed.
/// </summary>
internal sealed class IdentifierCoder(SourceColumn source) : ColumnCoder(source, uint.MaxValue)
{
    private readonly bool _mayLack = source.Missing.Count > 0;

    public override string Expected =>
        "an identifier that no other row has, in every row; where rows may lack one, list the texts that say so in \"missing\" of this column";

    /// <summary>The identifiers met, in their order.</summary>
    public Identifiers Rows { get; } = new();

    public override bool IsCommitted => false;

    /// <summary>A row whose identifier is that of another one would be counted, and events would never name it.</summary>
    public override bool MustBeKnown => true;

    /// <summary>Every text is looked at: the second of two is the one at fault.</summary>
    public override bool SameTextSameCode => false;

    public override long HeldBytes => Rows.HeldBytes;

    /// <summary>The row that has it already; where rows may lack one, the number of an identifier is not that of its
    /// row.</summary>
    public override string Hint(string text) =>
        !_mayLack && Rows.Find(text.Trim()) is uint row and > 0 ? $"; row {row} has it too" : "";

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        uint number = Rows.Add(text, out bool known);
        return known ? null : new Coded(number);
    }
}
