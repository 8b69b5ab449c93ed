using System.Globalization;
using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Days, months or years. Where the column holds months or years, these alone are read as well in ISO form (2026-05,
/// 2026).</summary>
internal sealed class DateCoder(DateColumn column, SourceColumn source, DateFormat format) : ColumnCoder(source, column.Domain)
{
    public override string Expected =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DateText.Describe(format)} from {column.Label(1)} to {column.Label(column.Domain - 1)}"
        );

    public override string Hint(string text) => DateText.TryConvert(text.Trim(), format, out _) ? "" : DateText.Hint(text.Trim());

    protected override Coded? Decide(ReadOnlySpan<char> text)
    {
        uint code =
            DateText.TryConvert(text, format, out DateOnly date) ? column.CodeOf(date)
            : column.Unit != DateUnit.Day && format == DateFormat.Iso ? column.CodeOf(text.ToString())
            : 0;
        return code == 0 ? null : new Coded(code);
    }
}
