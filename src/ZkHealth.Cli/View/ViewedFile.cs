using System.Text.Json.Nodes;

namespace ZkHealth.Cli.View;

/// <summary>A proof file with what `zkhealth verify` reported of it.</summary>
internal sealed class ViewedFile(string name, Report report, int code)
{
    /// <summary>The name under which the file is shown.</summary>
    public string Name { get; } = name;

    /// <summary>The report that verify prints.</summary>
    public Report Report { get; } = report;

    /// <summary>The object that verify prints with --json.</summary>
    public JsonObject Json => Report.Json;

    /// <summary>The <see cref="ExitCode"/> of verify.</summary>
    public int Code { get; } = code;

    public bool IsAccepted => Code == ExitCode.Accepted;

    /// <summary>Tells whether somebody answers for the table on the ledger.</summary>
    public bool RestsOnLedger => IsAccepted && (bool?)Json["ledgerChecked"] == true;

    /// <summary>The order of exit codes where several files have one: a rejection above what was not verified.</summary>
    public int Severity =>
        Code switch
        {
            ExitCode.Accepted => 0,
            ExitCode.LimitExceeded => 1,
            ExitCode.Unsupported => 2,
            _ => 3,
        };

    /// <summary>The rates of the file; none where it holds others, or was not accepted.</summary>
    public IEnumerable<JsonObject> Rates => IsAccepted ? Objects("statistics").Where(IsRate) : [];

    /// <summary>The condition that all rates count; null where there are none, or where they count different things.</summary>
    public string? Counted
    {
        get
        {
            string[] counted = [.. Rates.Select(r => (string)r["counted"]!).Distinct().Take(2)];
            return counted.Length == 1 ? counted[0] : null;
        }
    }

    /// <summary>Tells a rate of a file that holds nothing but rates.</summary>
    public static bool IsRate(JsonObject statistic) => statistic["stratum"] is not null;

    public IEnumerable<JsonObject> Objects(string member) => Json[member]?.AsArray().Select(o => o!.AsObject()) ?? [];
}
