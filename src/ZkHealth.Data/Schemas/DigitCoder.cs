using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>One of the two columns in which a wide one is committed: the quotient of a code, or its remainder.</summary>
internal sealed class DigitCoder(SourceColumn source, ColumnCoder whole, WideColumn column, bool isHigh)
    : ColumnCoder(source with { Missing = [] }, (isHigh ? column.High : column.Low).Domain)
{
    /// <summary>The columns in which one is committed, with their coders: itself, or its two digits where it is wide.</summary>
    public static IReadOnlyList<(ColumnSchema Schema, ColumnCoder Coder)> Split(ColumnSchema schema, ColumnCoder coder) =>
        WideColumn.Split(schema) is WideColumn wide
            ?
            [
                (wide.High, new DigitCoder(new SourceColumn(wide.High.Name, coder.Source, []), coder, wide, isHigh: true)),
                (wide.Low, new DigitCoder(new SourceColumn(wide.Low.Name, coder.Source, []), coder, wide, isHigh: false)),
            ]
            : [(schema, coder)];

    public override string? SecondSource => whole.SecondSource;

    public override string Expected => whole.Expected;

    public override string Shown(string text) => whole.Shown(text);

    public override string Hint(string text) => whole.Hint(text);

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        if (whole.Code(text) is not Coded coded)
        {
            return null;
        }

        (uint high, uint low) = column.Digits(coded.Code);
        return coded with { Code = isHigh ? high : low };
    }
}
