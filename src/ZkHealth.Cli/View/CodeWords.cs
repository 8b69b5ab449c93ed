using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>The codes of denials in a trace, in words.</summary>
internal static class CodeWords
{
    /// <summary>Every code that an outcome of the timeline names, ascending, with its meaning.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Trace trace) =>
        Of(
            trace
                .Timeline.Where(e => e.Outcome.StartsWith("Denied: ", StringComparison.Ordinal))
                .SelectMany(e => e.Outcome[8..].Split(", "))
        );

    /// <summary>Codes, each once, ascending, with their meanings.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(IEnumerable<string> codes) =>
        codes
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(c => KeyValuePair.Create(c, ActCodes.Of(c) ?? ""))
            .Where(c => c.Value.Length > 0);
}
