using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZkHealth.Cli.Terminal;

/// <summary>A value that an option has where it is left out.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Value">The value; a path is absolute where a file named it.</param>
/// <param name="Source">Where it is from: the file's path, or the variable's name.</param>
internal sealed record ProfileValue(ProfileSetting Setting, string Value, string Source);

/// <summary>A setting of profiles.</summary>
/// <param name="Member">Its member in zkhealth.json.</param>
/// <param name="Option">The option of commands that it stands for.</param>
/// <param name="Variable">Its environment variable.</param>
/// <param name="IsPath">Tells whether it names a file, relative to the folder of zkhealth.json.</param>
internal sealed record ProfileSetting(string Member, string Option, string Variable, bool IsPath);

/// <summary>
/// The values of options that every command of a party repeats: from ZKHEALTH_… variables, else from zkhealth.json in the working
/// folder, else from the one beside the party's own data that the command names. A profile beside a proof file is never read: who
/// sends a proof could send a ledger and a key with it, against which it verifies.
/// </summary>
internal static class Profile
{
    public const string FileName = "zkhealth.json";

    /// <summary>The settings, in the order in which they are shown.</summary>
    public static IReadOnlyList<ProfileSetting> Settings { get; } =
    [
        new("ledger", "--ledger", "ZKHEALTH_LEDGER", IsPath: true),
        new("ledgerKey", "--ledger-key", "ZKHEALTH_LEDGER_KEY", IsPath: false),
        new("key", "--key", "ZKHEALTH_KEY", IsPath: true),
        new("requester", "--requester", "ZKHEALTH_REQUESTER", IsPath: false),
    ];

    /// <summary>Arguments and options that name a party's own data.</summary>
    private static readonly string[] OwnData = ["TABLE", "CSV", "UPDATE", "--table"];

    /// <summary>Options that stand in the place of a ledger file.</summary>
    private static readonly string[] InsteadOfLedger = ["--origin", "--receipt"];

    /// <summary>Gives the options of all commands below this one the profile's values where they are left out.</summary>
    public static void Apply(Command command)
    {
        foreach (Option<string> option in command.Options.OfType<Option<string>>())
        {
            if (Settings.FirstOrDefault(s => s.Option == option.Name) is ProfileSetting setting)
            {
                option.DefaultValueFactory = result => Default(option, setting, result)!;
            }
        }

        foreach (Command inner in command.Subcommands)
        {
            Apply(inner);
        }
    }

    /// <summary>The values that options of a command line have from the profile.</summary>
    /// <exception cref="UsageException">A file of the profile cannot be used.</exception>
    public static IReadOnlyList<ProfileValue> Used(ParseResult parsed) =>
        [
            .. Read(parsed.CommandResult)
                .Where(v =>
                    parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == v.Setting.Option) is Option<string> option
                    && parsed.GetResult(option) is { Implicit: true }
                    && parsed.GetValue(option) is not null
                ),
        ];

    /// <summary>Says where the values of a command line are from that were not typed; null where all were.</summary>
    public static string? Describe(ParseResult parsed)
    {
        IEnumerable<string> parts = Used(parsed)
            .GroupBy(v => v.Source, v => $"{v.Setting.Option} {v.Value}")
            .Select(g => $"{string.Join(", ", g)} (from {g.Key})");
        string text = string.Join("; ", parts);
        return text.Length == 0 ? null : text;
    }

    /// <summary>The values in force for a command.</summary>
    /// <exception cref="UsageException">A file of the profile cannot be used.</exception>
    public static IReadOnlyList<ProfileValue> Read(CommandResult command) =>
        Read(Environment.CurrentDirectory, OwnFolder(command), Environment.GetEnvironmentVariable);

    /// <summary>The values in force.</summary>
    /// <param name="working">The working folder.</param>
    /// <param name="beside">The folder of the party's own data; null where the command names none.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="UsageException">A file of the profile cannot be used.</exception>
    public static IReadOnlyList<ProfileValue> Read(string working, string? beside, Func<string, string?> variable)
    {
        string? file = new[] { working, beside }
            .OfType<string>()
            .Select(folder => Path.Combine(Path.GetFullPath(folder), FileName))
            .FirstOrDefault(File.Exists);
        IReadOnlyList<ProfileValue> stored = file is null ? [] : ReadFile(file);
        return
        [
            .. Settings
                .Select(s =>
                    variable(s.Variable) is { Length: > 0 } value
                        ? new ProfileValue(s, value, s.Variable)
                        : stored.FirstOrDefault(v => v.Setting == s)
                )
                .OfType<ProfileValue>(),
        ];
    }

    /// <summary>The values of one file.</summary>
    /// <exception cref="UsageException">It is not as docs/profile.schema.json says.</exception>
    public static IReadOnlyList<ProfileValue> ReadFile(string path)
    {
        try
        {
            return [.. Members(path).Where(m => m.Key != "$schema").Select(m => ReadMember(path, m.Key, m.Value))];
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path}, line {e.LineNumber + 1}: expected an object of JSON");
        }
    }

    /// <summary>The text of one setting as a file has it; null where there is no such file or member.</summary>
    public static string? Stored(string path, ProfileSetting setting) =>
        !File.Exists(path) || ReadFile(path).All(v => v.Setting != setting) ? null : (string?)Members(path)[setting.Member];

    private static JsonObject Members(string path)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        return JsonNode.Parse(Inputs.Text(path), documentOptions: options) as JsonObject
            ?? throw new UsageException($"{path}: expected an object of JSON");
    }

    private static ProfileValue ReadMember(string path, string name, JsonNode? value)
    {
        if (Settings.FirstOrDefault(s => s.Member == name) is not ProfileSetting setting)
        {
            throw new UsageException(
                $"{path}: expected the members {string.Join(", ", Settings.Select(s => s.Member))}, got '{name}'"
            );
        }

        if (value is not JsonValue json || !json.TryGetValue(out string? text) || text.Length == 0)
        {
            throw new UsageException($"{path}: expected a text for '{name}', got {value?.ToJsonString() ?? "null"}");
        }

        string full = setting.IsPath ? Path.Combine(Path.GetDirectoryName(path)!, text) : text;
        return new ProfileValue(setting, full, path);
    }

    private static string? Default(Option<string> option, ProfileSetting setting, ArgumentResult result)
    {
        // the page of help asks for defaults outside of any command line
        if (result.Parent?.Parent is not CommandResult command || IsReplaced(option, setting, command))
        {
            return null;
        }

        try
        {
            string? value = Read(command).FirstOrDefault(v => v.Setting == setting)?.Value;
            if (value is null && option.Required)
            {
                result.AddError(
                    $"Option '{setting.Option}' is required, or '{setting.Member}' in {FileName}, or {setting.Variable}."
                );
            }

            return value;
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            result.AddError(e.Message);
            return null;
        }
    }

    /// <summary>Determines whether the value has no place on this command line: a ledger where its name or a receipt is given
    /// instead; its public key where neither ledger nor receipt is.</summary>
    private static bool IsReplaced(Option<string> option, ProfileSetting setting, CommandResult command)
    {
        bool instead = InsteadOfLedger.Any(name => IsGiven(command, name));
        return setting.Member switch
        {
            "ledger" => !option.Required && instead,
            "ledgerKey" => command.Command.Options.Any(o => o.Name == "--ledger")
                && !IsGiven(command, "--ledger")
                && !IsGiven(command, "--receipt")
                && Read(command).All(v => v.Setting.Member != "ledger"),
            _ => false,
        };
    }

    private static bool IsGiven(CommandResult command, string name) =>
        command.Children.OfType<OptionResult>().Any(o => o.Option.Name == name && !o.Implicit);

    private static string? OwnFolder(CommandResult command)
    {
        string? path = command
            .Children.Where(c =>
                c is ArgumentResult { Argument.Name: string argument } && OwnData.Contains(argument)
                || c is OptionResult { Option.Name: string option } && OwnData.Contains(option)
            )
            .SelectMany(c => c.Tokens)
            .Select(t => t.Value)
            .FirstOrDefault(v => v.Length > 0);
        return path is null ? null : Path.GetDirectoryName(Path.GetFullPath(path));
    }
}
