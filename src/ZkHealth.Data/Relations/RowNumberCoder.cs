namespace ZkHealth.Data;

/// <summary>
/// Numbers the rows of a table of entities by their identifiers, which occur once each, or finds those numbers for events. The
/// identifiers are forgotten with it.
/// </summary>
internal sealed class RowNumberCoder(SourceColumn source, Dictionary<string, uint> rows, bool isEntities)
    : ColumnCoder(source, 1u << Tables.TableLayout.MaxLogRows)
{
    private uint _row;

    /// <summary>The events with an identifier that is none of an entity.</summary>
    public long Strangers { get; private set; }

    public override string Expected => "an identifier that no other row of the table has: whose rows are named is one row each";

    public override bool SameTextSameCode => false;

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        _row++;
        if (text.IsEmpty)
        {
            return new Coded(0, CodeNote.Missing);
        }

        if (isEntities)
        {
            return rows.TryAdd(text.ToString(), _row) ? new Coded(_row) : null;
        }

        if (rows.TryGetValue(text.ToString(), out uint row))
        {
            return new Coded(row);
        }

        Strangers++;
        return new Coded(0, CodeNote.Missing);
    }
}
