using ZkHealth.Tables;

namespace ZkHealth.Data;

/// <summary>Columns of numbers, of bands of them, and of days.</summary>
internal sealed partial class SchemaReader
{
    private (ColumnSchema Schema, ColumnCoder Coder) Number(SchemaObject column, SourceColumn source, int? stated)
    {
        (SourceColumn numberSource, DaysOf? days) = ReadFrom(column, source);
        decimal min = column.Number("min"),
            max = column.Number("max");
        decimal? step = column.OptionalNumber("step");
        int scale = stated ?? Math.Max(Math.Max(min.Scale, max.Scale), step?.Scale ?? 0);
        RoundTo? round = column.Choice("round", Roundings) is int r ? (RoundTo)r : null;
        string? topCode = column.OptionalText("topCode");
        IReadOnlyList<string> topTexts = column.Texts("topSource") ?? [];
        NumberSource numbers = Numbers(column, numberSource, scale, isDays: days is not null);
        if (scale is < 0 or > NumberColumn.MaxScale)
        {
            throw column.ErrorAt("scale", $"column '{source.Name}': 'scale' is a whole number from 0 to {NumberColumn.MaxScale}");
        }

        if (topCode is null && topTexts.Count > 0)
        {
            throw column.ErrorAt(
                "topSource",
                $"column '{source.Name}': \"topSource\" needs \"topCode\", the text that is shown, such as \"{max}+\""
            );
        }

        decimal unit = step ?? new decimal(1, 0, 0, false, (byte)scale);
        if (min > max)
        {
            throw column.ErrorAt("max", $"column '{source.Name}': 'max', {max}, is below 'min', {min}");
        }

        if (unit > 0 && (double)(max - min) / (double)unit >= ColumnSchema.MaxValues)
        {
            throw column.ErrorAt(
                "max",
                $"column '{source.Name}': from {min} to {max} in steps of {unit} there are more than {ColumnSchema.MaxValues} values; give a larger \"step\" with \"round\", or bands"
            );
        }

        var schema = new NumberColumn(
            source.Name,
            min,
            max,
            unit,
            column.OptionalText("unit") ?? (days is null ? null : "days"),
            scale,
            topCode
        );
        return (schema, Of(source, days, new NumberCoder(schema, numberSource, numbers, round, topTexts)));
    }

    private (ColumnSchema Schema, ColumnCoder Coder) Bands(SchemaObject column, SourceColumn source)
    {
        IReadOnlyList<SchemaObject> list = column.Objects("bands", $"a band of column '{source.Name}'");
        bool dates = list.Any(b => b.IsText("from") || b.IsText("to"));
        var texts = new List<IReadOnlyList<string>>();
        var (bands, days) = (new List<Band>(), new List<Band>());
        foreach (SchemaObject band in list)
        {
            string label = band.Text("label");
            texts.Add(band.Texts("source") ?? []);
            if (dates)
            {
                days.Add(Band.OfDates(label, band.OptionalDay("from"), band.OptionalDay("to")));
            }
            else
            {
                bands.Add(new Band(label, band.OptionalNumber("from"), band.OptionalNumber("to")));
            }

            if (texts[^1].Count == 0 && !band.Has("from") && !band.Has("to"))
            {
                throw band.Error($"column '{source.Name}': the band '{label}' has neither numbers nor texts");
            }

            band.Done();
        }

        int scale =
            column.OptionalWhole("scale") ?? bands.SelectMany(b => (decimal?[])[b.From, b.To]).Max(limit => limit?.Scale) ?? 0;
        if (dates && column.Has("ageAt"))
        {
            throw column.ErrorAt(
                "ageAt",
                $"column '{source.Name}': bands of ages have numbers as limits, bands of days have no \"ageAt\""
            );
        }

        (SourceColumn numberSource, DaysOf? between) = ReadFrom(column, source);
        if (between is not null && (dates || texts.Exists(t => t.Count > 0)))
        {
            throw column.ErrorAt(
                "from",
                $"column '{source.Name}': bands of days between two dates have whole numbers as limits, and no texts"
            );
        }

        NumberSource numbers = Numbers(column, numberSource, scale, dates, isDays: between is not null);
        BandColumn schema = dates ? BandColumn.OfDates(source.Name, days) : new BandColumn(source.Name, bands, scale);
        return (schema, Of(source, between, new BandCoder(schema, numberSource, texts, numbers)));
    }

    /// <summary>The member "from", which makes the numbers of a column of other columns: { "days": [first header, second header]
    /// }, or { "daysSincePrevious": [header of first days, header of last days], "of": column of the person }.</summary>
    private static (SourceColumn Numbers, DaysOf? Days) ReadFrom(SchemaObject column, SourceColumn source)
    {
        if (column.OptionalObject("from", "what a column is made of") is not SchemaObject from)
        {
            return (source, null);
        }

        IReadOnlyList<string> headers = from.Texts("days") ?? from.Texts("daysSincePrevious") ?? [];
        string? person = from.Has("days") ? null : from.OptionalText("of");
        from.Done();
        if (headers.Count != 2 || headers[0] == headers[1] || from.Has("days") != person is null)
        {
            throw from.Error(
                $"column '{source.Name}': \"from\" names two columns of dates, such as {{ \"days\": [\"admitted\", \"discharged\"] }} or "
                    + "{ \"daysSincePrevious\": [\"admitted\", \"discharged\"], \"of\": \"person_id\" }"
            );
        }

        foreach (string other in (string[])["source", "ageAt", "decimal", "thousands"])
        {
            if (column.Has(other))
            {
                throw column.ErrorAt(other, $"column '{source.Name}': days between two dates have no \"{other}\"");
            }
        }

        return (source with { Missing = [] }, new DaysOf(headers[0], headers[1], DateFormatOf(column), person));
    }

    private static ColumnCoder Of(SourceColumn source, DaysOf? days, ColumnCoder numbers) =>
        days is null ? numbers
        : days.Person is null ? new DaysCoder(source with { Header = days.First }, days.Second, days.Format, numbers)
        : new PreviousDaysCoder(source with { Header = days.First }, days, numbers);

    private static (ColumnSchema Schema, ColumnCoder Coder) Date(SchemaObject column, SourceColumn source)
    {
        DateUnit unit = (DateUnit)(column.Choice("unit", Units) ?? 0);
        var schema = new DateColumn(source.Name, column.Day("first"), column.Day("last"), unit);
        return (schema, new DateCoder(schema, source, DateFormatOf(column)));
    }

    private NumberSource Numbers(SchemaObject column, SourceColumn source, int scale, bool dates = false, bool isDays = false)
    {
        DateOnly? ageAt = column.OptionalDay("ageAt");
        if (ageAt is null && !dates && !isDays && column.Has("format"))
        {
            throw column.ErrorAt(
                "format",
                $"column '{source.Name}': \"format\" says how dates are written; give \"ageAt\" as well, or the kind date"
            );
        }

        return new NumberSource(source, isDays ? NumberFormat.Invariant : Format(column), scale, ageAt, DateFormatOf(column));
    }

    private static DateFormat DateFormatOf(SchemaObject column) => (DateFormat)(column.Choice("format", DateText.Names) ?? 0);

    /// <summary>The form of numbers: as the object says, else as the table does.</summary>
    private NumberFormat Format(SchemaObject at)
    {
        char? point = Sign(at, "decimal"),
            thousands = Sign(at, "thousands");
        var format = new NumberFormat(point ?? _format.Decimal, at.Has("thousands") ? thousands : _format.Thousands);
        return format.Decimal != format.Thousands
            ? format
            : throw at.ErrorAt(
                "thousands",
                $"the decimal sign and what stands between thousands are both '{format.Decimal}'; state both"
            );
    }

    private static char? Sign(SchemaObject at, string name) =>
        at.OptionalText(name) switch
        {
            null => null,
            [char c] when !char.IsLetterOrDigit(c) && c is not ('-' or '+') => c,
            "" when name == "thousands" => null,
            string text => throw at.ErrorAt(name, $"'{name}' is one character such as \",\" or \".\", got '{text}'"),
        };
}
