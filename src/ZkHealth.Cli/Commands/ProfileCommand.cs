using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth profile`: the values that common options have where they are left out, and where they are from.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        var table = new Argument<string?>("TABLE")
        {
            Description = "Show what is in force for commands on this file of yours: zkhealth.json beside it counts too.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?>[] values =
        [
            new("--ledger") { Description = "The ledger file." },
            new("--ledger-key") { Description = "The ledger's public key, name+id+base64, as you were told it." },
            new("--key") { Description = "Your secret key." },
            new("--requester") { Description = "Who asks." },
        ];
        var save = new Option<bool>("--save") { Description = "Write the values given here into zkhealth.json of this folder." };
        return new Command(
            "profile",
            "Show which ledger, key and requester commands take where you leave them out, and where these values are from."
        )
        {
            table,
            values[0],
            values[1],
            values[2],
            values[3],
            save,
        }.Action(
            (parsed, report, _) =>
            {
                Option<string?>[] given = [.. values.Where(v => parsed.GetResult(v) is { Implicit: false })];
                if (parsed.GetValue(save))
                {
                    Save(parsed, given, report);
                }
                else if (given.Length > 0)
                {
                    throw new UsageException(
                        $"{given[0].Name}: expected --save with it, which writes it into {Profile.FileName}"
                    );
                }

                Show(Profile.Read(parsed.CommandResult), report);
                return ExitCode.Accepted;
            }
        );
    }

    private static void Save(ParseResult parsed, Option<string?>[] given, Report report)
    {
        string path = Path.Combine(Environment.CurrentDirectory, Profile.FileName);
        var json = new JsonObject();
        foreach (ProfileSetting setting in Profile.Settings)
        {
            string? typed = given.FirstOrDefault(o => o.Name == setting.Option) is Option<string?> option
                ? parsed.GetValue(option)
                : null;
            string? value = typed ?? Profile.Stored(path, setting);
            if (value is not null)
            {
                json[setting.Member] = value;
            }
        }

        if (json.Count == 0)
        {
            throw new UsageException("--save: expected one of --ledger, --ledger-key, --key, --requester");
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(Report.ToJson(json) + "\n"));
        report.Line($"saved in {path}");
    }

    private static void Show(IReadOnlyList<ProfileValue> values, Report report)
    {
        var json = new JsonArray();
        foreach (ProfileSetting setting in Profile.Settings)
        {
            ProfileValue? value = values.FirstOrDefault(v => v.Setting == setting);
            report.Line(value is null ? $"{setting.Option}: not set" : $"{setting.Option}: {value.Value} (from {value.Source})");
            json.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["option"] = setting.Option,
                        ["value"] = value?.Value,
                        ["source"] = value?.Source,
                    }
            );
        }

        report.Add("values", json);
    }
}
