using ZkHealth.Accountability.Deliveries;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>Files of a delivery, as the commands that make one and that explain an incident read them.</summary>
internal static class DeliveryFile
{
    public const string HandleColumn = "handle";

    /// <summary>A delivery with its rows, from its two files; the rows have to be those of the manifest's columns.</summary>
    public static KeptDelivery Read(string manifest, string rows)
    {
        if (!File.Exists(manifest))
        {
            throw new UsageException($"{rows} is no delivery: {manifest}, which 'zkhealth deliver' wrote beside it, is missing");
        }

        if (!Delivery.TryDecode(Inputs.Bytes(manifest, Delivery.MaxSize + 1), out Delivery? delivery))
        {
            throw new UsageException($"{manifest} holds no manifest of a delivery");
        }

        CsvRows read = CsvRows.Read(rows);
        if (!read.Columns.SequenceEqual(delivery.Columns.Prepend(HandleColumn)))
        {
            throw new UsageException($"{rows}: expected the columns {HandleColumn}, {string.Join(", ", delivery.Columns)}");
        }

        string[] handles = [.. delivery.Handles.Select(h => Report.Hex(h))];
        bool same = read.Rows.Select(r => r[0].ToLowerInvariant()).SequenceEqual(handles);
        return same
            ? new KeptDelivery(rows, delivery, [.. read.Rows.Select(r => r[1..])])
            : throw new UsageException($"{rows}: the handles are not those of {manifest}");
    }

    /// <summary>The manifest that belongs to a file of rows.</summary>
    public static string ManifestOf(string rows) => Path.ChangeExtension(rows, ".delivery");
}
