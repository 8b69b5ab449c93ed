using System.CommandLine;
using System.Text.Json.Nodes;
using ZkHealth.Accountability.Deliveries;

namespace ZkHealth.Cli.Commands.Tracing;

/// <summary>The options of `zkhealth deliver`, which server and taker share, and how a delivery is told.</summary>
internal static class DeliverOptions
{
    public static readonly Argument<string> Rows = new("ROWS") { Description = "The rows (CSV), with a column 'handle'." };
    public static readonly Option<string> LedgerFile = new("--ledger") { Description = "The ledger file.", Required = true };
    public static readonly Option<string?> Request = new("--request") { Description = "The id of the permitted request." };
    public static readonly Option<string?> Server = new("--server") { Description = "The member that delivers." };
    public static readonly Option<string?> Out = new("--out")
    {
        Description = "The delivery (CSV); its manifest goes beside it (.delivery).",
    };
    public static readonly Option<bool> Force = new("--force") { Description = "Replace the delivery." };
    public static readonly Option<bool> Check = new("--check")
    {
        Description = "Check rows that were received against their manifest, and against the server's word on the ledger.",
    };

    public static readonly Option<string?> To = new("--to")
    {
        Description = "The taker's key for this request (.public of --new-key): a file for it alone is made as well (.sealed).",
    };
    public static readonly Option<string?> NewKey = new("--new-key")
    {
        Description =
            "The taker's member key: make a key for the request in ROWS, and its public half, signed, beside it (.public).",
    };
    public static readonly Option<string?> Open = new("--open")
    {
        Description = "Decrypt ROWS (.sealed) by the key of --new-key to --out, and check what comes out.",
    };

    public static void RefuseExisting(ParseResult parsed, params string[] files)
    {
        if (!parsed.GetValue(Force) && files.FirstOrDefault(File.Exists) is string file)
        {
            throw new UsageException($"{file} exists; another name, or --force to replace it");
        }
    }

    /// <summary>A delivery as lines and JSON.</summary>
    public static void Tell(Delivery delivery, byte[] root, long bytes, Report report)
    {
        report.Add("request", Report.Hex(delivery.Request));
        report.Add("server", delivery.Server);
        report.Add("taker", delivery.Taker);
        report.Add("rows", delivery.Handles.Count);
        report.Add("bytes", bytes, $"bytes: {bytes}");
        report.Add("columns", new JsonArray([.. delivery.Columns.Select(c => (JsonNode)c)]));
        report.Add("handles", new JsonArray([.. Of(delivery.Handles).Select(h => (JsonNode)h)]));
        report.Add("root", Report.Hex(root), $"root: {Report.Hex(root)}");
        report.Add("marks", Report.Hex(delivery.MarksCommitment));
    }

    /// <summary>Handles, each once, in order.</summary>
    public static IEnumerable<string> Of(IEnumerable<byte[]> handles) =>
        handles.Select(h => Report.Hex(h)).Distinct().Order(StringComparer.Ordinal);

    public static byte[] Id(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new UsageException($"--request: expected 64 hexadecimal digits, got '{text}'");

    public static string Required(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option)
        ?? throw new UsageException(
            $"{option.Name} is missing; a server gives --request, --server and --out, a taker --new-key, --open or --check: 'zkhealth deliver --help'"
        );
}
