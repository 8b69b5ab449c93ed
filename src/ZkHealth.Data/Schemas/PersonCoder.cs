namespace ZkHealth.Data;

/// <summary>Numbers the persons of a source in the order in which they are met. Nothing of this column is committed.</summary>
internal sealed class PersonCoder(SourceColumn source) : ColumnCoder(source, uint.MaxValue)
{
    private readonly Identifiers _persons = new();

    public override string Expected =>
        "an identifier of the person in every row; where rows may lack one, list the texts that say so in \"missing\" of this column";

    public override bool IsCommitted => false;

    public override long HeldBytes => _persons.HeldBytes;

    protected override Coded? Decide(ReadOnlySpan<char> text) => text.IsEmpty ? null : new Coded(_persons.Add(text, out _));
}
