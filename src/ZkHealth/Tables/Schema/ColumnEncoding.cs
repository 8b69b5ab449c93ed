using System.Formats.Cbor;
using System.Globalization;
using ZkHealth.Transcripts;

namespace ZkHealth.Tables;

/// <summary>
/// The canonical CBOR of a column: [kind, name, guardMissing, …], numbers in whole units of 10^−scale, days as text yyyy-MM-dd:
/// [1, …, ordered, [[code, label]…]] for a category, [2, …, scale, min, max, step, unit or null, topCode or null] for numbers,
/// [3, …, scale, [[label, from or null, to or null]…]] for bands, [4, …, unit, first, last] for dates with 0, 1, 2 for days,
/// months, years, [5, …, [[label, from or null, to or null]…]] for bands of days, [6, …, table, at most] for keys.
/// </summary>
internal static class ColumnEncoding
{
    private const int Category = 1,
        Number = 2,
        Bands = 3,
        Date = 4,
        DateBands = 5,
        Key = 6;

    private const string Day = "yyyy-MM-dd";

    public static void Write(CborWriter w, ColumnSchema column)
    {
        switch (column)
        {
            case CategoryColumn category:
                WriteHead(w, Category, column, 2);
                w.WriteBoolean(category.IsOrdered);
                CanonicalCbor.WriteList(
                    w,
                    category.Categories,
                    value =>
                    {
                        w.WriteStartArray(2);
                        w.WriteTextString(value.Code);
                        w.WriteTextString(value.Label);
                        w.WriteEndArray();
                    }
                );
                break;
            case NumberColumn number:
                WriteHead(w, Number, column, 6);
                w.WriteInt32(number.Scale);
                w.WriteInt64(number.MinUnits);
                w.WriteInt64(number.MaxUnits);
                w.WriteInt64(number.StepUnits);
                WriteText(w, number.Unit);
                WriteText(w, number.TopCode);
                break;
            case BandColumn { HoldsDates: false } bands:
                WriteHead(w, Bands, column, 2);
                w.WriteInt32(bands.Scale);
                CanonicalCbor.WriteList(
                    w,
                    bands.Bands,
                    band => WriteBand(w, band, limit => w.WriteInt64(NumberColumn.ToUnits(limit, bands.Scale)!.Value))
                );
                break;
            case BandColumn bands:
                WriteHead(w, DateBands, column, 1);
                CanonicalCbor.WriteList(
                    w,
                    bands.Bands,
                    band => WriteBand(w, band, limit => WriteDay(w, DateOnly.FromDayNumber((int)limit)))
                );
                break;
            case DateColumn date:
                WriteHead(w, Date, column, 3);
                w.WriteInt32((int)date.Unit);
                WriteDay(w, date.First);
                WriteDay(w, date.Last);
                break;
            case KeyColumn key:
                WriteHead(w, Key, column, 2);
                w.WriteTextString(key.Of);
                w.WriteUInt32(key.AtMost);
                break;
            default:
                throw new FormatException("unknown kind of column");
        }

        w.WriteEndArray();
    }

    public static ColumnSchema Read(CborReader r)
    {
        r.ReadStartArray();
        int kind = r.ReadInt32();
        string name = r.ReadTextString();
        bool guardMissing = r.ReadBoolean();
        ColumnSchema column = kind switch
        {
            Category => ReadCategories(r, name),
            Number => ReadNumbers(r, name),
            Bands => ReadBands(r, name),
            Date => new DateColumn(name, unit: (DateUnit)r.ReadInt32(), first: ReadDay(r), last: ReadDay(r)),
            DateBands => BandColumn.OfDates(name, CanonicalCbor.ReadList(r, ReadDateBand, ColumnSchema.MaxValues)),
            Key => new KeyColumn(name, r.ReadTextString(), r.ReadUInt32()),
            _ => throw new FormatException("unknown kind of column"),
        };
        r.ReadEndArray();
        return guardMissing ? column with { GuardMissing = true } : column;
    }

    private static CategoryColumn ReadCategories(CborReader r, string name)
    {
        bool ordered = r.ReadBoolean();
        return new CategoryColumn(name, CanonicalCbor.ReadList(r, ReadCategory, ColumnSchema.MaxValues), ordered);
    }

    private static Category ReadCategory(CborReader r)
    {
        r.ReadStartArray();
        var category = new Category(r.ReadTextString(), r.ReadTextString());
        r.ReadEndArray();
        return category;
    }

    private static NumberColumn ReadNumbers(CborReader r, string name)
    {
        int scale = ReadScale(r);
        return new NumberColumn(
            name,
            ReadUnits(r, scale),
            ReadUnits(r, scale),
            ReadUnits(r, scale),
            scale: scale,
            unit: ReadText(r),
            topCode: ReadText(r)
        );
    }

    private static BandColumn ReadBands(CborReader r, string name)
    {
        int scale = ReadScale(r);
        return new BandColumn(name, CanonicalCbor.ReadList(r, ReadBand, ColumnSchema.MaxValues), scale);

        Band ReadBand(CborReader r)
        {
            r.ReadStartArray();
            var band = new Band(
                r.ReadTextString(),
                IsNull(r) ? null : ReadUnits(r, scale),
                IsNull(r) ? null : ReadUnits(r, scale)
            );
            r.ReadEndArray();
            return band;
        }
    }

    private static Band ReadDateBand(CborReader r)
    {
        r.ReadStartArray();
        var band = Band.OfDates(r.ReadTextString(), IsNull(r) ? null : ReadDay(r), IsNull(r) ? null : ReadDay(r));
        r.ReadEndArray();
        return band;
    }

    private static int ReadScale(CborReader r) =>
        r.ReadInt32() is int scale and >= 0 and <= NumberColumn.MaxScale
            ? scale
            : throw new FormatException("a scale is out of range");

    private static decimal ReadUnits(CborReader r, int scale) => (decimal)r.ReadInt64() / NumberColumn.PowerOfTen(scale);

    private static DateOnly ReadDay(CborReader r) =>
        DateOnly.TryParseExact(r.ReadTextString(), Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : throw new FormatException("a date is not of the form 2026-05-01");

    private static string? ReadText(CborReader r) => IsNull(r) ? null : r.ReadTextString();

    private static bool IsNull(CborReader r)
    {
        if (r.PeekState() != CborReaderState.Null)
        {
            return false;
        }

        r.ReadNull();
        return true;
    }

    private static void WriteHead(CborWriter w, int kind, ColumnSchema column, int more)
    {
        w.WriteStartArray(3 + more);
        w.WriteInt32(kind);
        w.WriteTextString(column.Name);
        w.WriteBoolean(column.GuardMissing);
    }

    private static void WriteBand(CborWriter w, Band band, Action<decimal> limit)
    {
        w.WriteStartArray(3);
        w.WriteTextString(band.Label);
        foreach (decimal? end in (ReadOnlySpan<decimal?>)[band.From, band.To])
        {
            if (end is decimal value)
            {
                limit(value);
            }
            else
            {
                w.WriteNull();
            }
        }

        w.WriteEndArray();
    }

    private static void WriteDay(CborWriter w, DateOnly day) =>
        w.WriteTextString(day.ToString(Day, CultureInfo.InvariantCulture));

    private static void WriteText(CborWriter w, string? text)
    {
        if (text is null)
        {
            w.WriteNull();
        }
        else
        {
            w.WriteTextString(text);
        }
    }
}
