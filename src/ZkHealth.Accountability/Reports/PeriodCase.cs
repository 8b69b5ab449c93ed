using System.Text.Json.Nodes;

namespace ZkHealth.Accountability.Reports;

/// <summary>A breach or a sanction in the report of a period, as it stands at its end.</summary>
/// <param name="id">The id of the record.</param>
/// <param name="row">The record.</param>
/// <param name="isNew">Whether it was recorded in the period, and not only changed.</param>
internal sealed class PeriodCase(byte[] id, Row row, bool isNew)
{
    /// <summary>The id of the record.</summary>
    public byte[] Id { get; } = id;

    /// <summary>The record.</summary>
    public Row Row { get; } = row;

    /// <summary>Tells whether it was recorded in the period, and not only changed.</summary>
    public bool IsNew { get; } = isNew;

    /// <summary>The case as JSON.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Row.Shape.ToJson(Row);
        json["id"] = Convert.ToHexStringLower(Id);
        return json;
    }

    /// <summary>The case as it is kept: [kind, id, record, new].</summary>
    public JsonArray ToKept() => new(Row.Shape.Name, Convert.ToHexStringLower(Id), Convert.ToHexStringLower(Row.Encode()), IsNew);

    /// <summary>Reads a case that was kept.</summary>
    public static PeriodCase Read(JsonArray kept)
    {
        Shape shape = (string)kept[0]! == Records.Breach.Name ? Records.Breach : Records.Sanction;
        Row row = shape.DecodeOwn(Convert.FromHexString((string)kept[2]!));
        return new PeriodCase(Convert.FromHexString((string)kept[1]!), row, (bool)kept[3]!);
    }
}
