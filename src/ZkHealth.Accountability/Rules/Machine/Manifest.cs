using System.Security.Cryptography;
using System.Text;

namespace ZkHealth.Accountability;

/// <summary>The manifest of the rule set that this implementation has: its schemas, effects, codes, order, bounds and defaults as
/// text. Its digest names
/// the rule set, never that of a binary.</summary>
internal static class Manifest
{
    /// <summary>The text, one line a kind of entry, record and parameter.</summary>
    public static string Text { get; } = Write();

    /// <summary>SHA-256 of the text.</summary>
    public static byte[] Digest { get; } = SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    private static string Write()
    {
        var text = new StringBuilder(Labels.Rules);
        foreach (ActKind k in ActKind.All.Values.OrderBy(k => k.Name, StringComparer.Ordinal))
        {
            string how = (k.IsRestricting ? " restricting" : "") + (k.IsConfession ? " confession" : "");
            text.Append($"entry {k.Name}, {k.SignedBy} {k.Scope}{how}, at most {k.MaxSize} bytes: {k.Body}\n");
            ActHelp help = ActHelp.All[k.Name];
            text.Append($"  {help.Effect}; refused {string.Join(' ', help.Refusals)}; denied {string.Join(' ', help.Denials)}\n");
        }

        foreach (Shape s in Records.All)
        {
            text.Append($"record {s.Name}: {s}\n");
        }

        foreach (string effect in Effect.Lines)
        {
            text.Append($"due {effect}\n");
        }

        foreach (Parameter p in Parameter.All)
        {
            text.Append($"parameter {p.Name}: {p.Default}, {p.Low} to {p.High}\n");
        }

        return text.ToString();
    }
}
