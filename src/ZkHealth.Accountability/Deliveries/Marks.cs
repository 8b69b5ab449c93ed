using System.Text;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>
/// Marks by which one delivery differs from another of the same rows, without a false value: the order of the rows, and the
/// choice among equal spellings of a decimal number (37.5 or 37.50). Both follow from the secret of the delivery.
/// </summary>
internal static class Marks
{
    /// <summary>Puts rows in the order of the delivery, and spells their decimal numbers.</summary>
    /// <param name="delivery">The manifest with the handles in the order of the rows.</param>
    /// <param name="rows">The rows, one value for each column.</param>
    /// <returns>The manifest with the handles in their new order, and the rows as they are delivered.</returns>
    public static (Delivery Delivery, IReadOnlyList<string[]> Rows) Apply(Delivery delivery, IReadOnlyList<string[]> rows)
    {
        bool[] spelled =
        [
            .. Enumerable.Range(0, delivery.Columns.Count).Select(j => rows.All(r => r[j].Length == 0 || IsDecimal(r[j]))),
        ];
        var marked = rows.Select((row, i) => (Handle: delivery.Handles[i], Row: row, At: i))
            .Select(r => (r.Handle, r.Row, Key: Key(delivery, r.Handle, r.Row, r.At)))
            .OrderBy(r => r.Key, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Select(r => (r.Handle, Row: Spell(r.Row, r.Key, spelled)))
            .ToList();
        return (delivery.With([.. marked.Select(m => m.Handle)]), [.. marked.Select(m => m.Row)]);
    }

    /// <summary>A value without its mark: a decimal number without zeros at its end.</summary>
    public static string Plain(string value) => IsDecimal(value) ? value.TrimEnd('0').TrimEnd('.') : value;

    /// <summary>Determines whether a value is a decimal number with digits on both sides of its point.</summary>
    private static bool IsDecimal(string value)
    {
        ReadOnlySpan<char> digits = value.AsSpan().TrimStart('-');
        int point = digits.IndexOf('.');
        return point > 0
            && point < digits.Length - 1
            && value.Length - digits.Length <= 1
            && !digits[..point].ContainsAnyExceptInRange('0', '9')
            && !digits[(point + 1)..].ContainsAnyExceptInRange('0', '9');
    }

    private static byte[] Key(Delivery delivery, byte[] handle, string[] row, int at) =>
        delivery.Derive("row", handle, Encoding.UTF8.GetBytes(CanonicalCsv.Line(row)), Ids.Number(at));

    /// <summary>One bit of the key for each decimal number: with one more zero, or as it was.</summary>
    private static string[] Spell(string[] row, byte[] key, bool[] spelled) =>
        [
            .. row.Select(
                (value, j) =>
                    spelled[j] && value.Length > 0 && (key[j / 8 % key.Length] >> (j % 8) & 1) == 1 ? value + "0" : value
            ),
        ];
}
