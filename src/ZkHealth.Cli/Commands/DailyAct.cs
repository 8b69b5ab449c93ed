using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ZkHealth.Accountability;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>One kind of entry as a command, with an option for each field of its body.</summary>
/// <param name="name">The group and the word of the command.</param>
/// <param name="kind">The kind.</param>
/// <param name="description">What it does.</param>
/// <param name="zero">The numbers that are 0 where they are left out.</param>
internal sealed partial class DailyAct(string name, string kind, string description, params string[] zero)
{
    private const long Day = 24L * 60 * 60 * 1000;

    private const string Digest = "file:";

    public string Name => name;

    public string Group => name[..name.IndexOf(' ', StringComparison.Ordinal)];

    public ActKind Kind => ActKind.All[kind];

    public Command Create() => Create(out _);

    /// <summary>The body that options make.</summary>
    public byte[] Body(string[] options)
    {
        Command command = Create(out BodyOption[] fields);
        return Read(command.Parse(options), fields);
    }

    private Command Create(out BodyOption[] options)
    {
        var command = new Command(name[(Group.Length + 1)..], description);
        BodyOption[] fields = options = [.. Options(Kind.Body, [])];
        foreach (BodyOption field in fields)
        {
            command.Add(field.Option);
        }

        ActCommand.AddSigning(command);
        return command.Action(
            (parsed, report, _) =>
            {
                report.Verifies = true;
                return ActCommand.Run(parsed, Kind, Read(parsed, fields), $"zkhealth {name} --help", report);
            }
        );
    }

    /// <summary>An option for each field; those of an object within the body stand beside the others.</summary>
    private IEnumerable<BodyOption> Options(Shape shape, string[] path)
    {
        foreach (Field field in shape.Fields)
        {
            string[] place = [.. path, field.Name];
            if (field.Type.Inner is Shape inner && !field.Type.IsList)
            {
                foreach (BodyOption option in Options(inner, place))
                {
                    yield return option;
                }

                continue;
            }

            string words = $"{FieldHelp.Of(shape, field)} ({field.Type})";
            Option typed = field.Type.IsList
                ? new Option<string[]>(OptionName(field.Name)) { Description = words, AllowMultipleArgumentsPerToken = true }
                : new Option<string?>(OptionName(field.Name)) { Description = words, Required = !zero.Contains(field.Name) };
            typed.HelpName = field.Type.IsList ? $"{field.Name} …" : field.Name;
            yield return new BodyOption(place, field.Type, typed);
        }
    }

    /// <summary>perThousand is --per-thousand; the key in a body is public, and --key is the signer's.</summary>
    internal static string OptionName(string field) =>
        field == "key" ? "--public-key" : "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(field);

    private byte[] Read(ParseResult parsed, IEnumerable<BodyOption> fields)
    {
        var body = new JsonObject();
        foreach (BodyOption field in fields)
        {
            if (Value(parsed, field) is JsonNode value)
            {
                Place(body, field.Path)[field.Path[^1]] = value;
            }
        }

        try
        {
            return ActEntry.Encode(Kind, body);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            string problem = BodyPath().Replace(UsageException.Problem(e), m => OptionName(m.Groups[1].Value));
            throw new UsageException($"{problem}; see 'zkhealth {name} --help'");
        }
    }

    private static JsonObject Place(JsonObject body, string[] path)
    {
        foreach (string outer in path[..^1])
        {
            body[outer] ??= new JsonObject();
            body = body[outer]!.AsObject();
        }

        return body;
    }

    private static JsonNode? Value(ParseResult parsed, BodyOption field)
    {
        FieldType item = field.Type.Item;
        if (field.Option is Option<string[]> list)
        {
            string[] texts = parsed.GetValue(list) ?? [];
            IEnumerable<string> each = item.Inner is null ? texts.SelectMany(t => t.Split(',')) : texts;
            return texts.Length == 0 ? null : new JsonArray([.. each.Select(t => Value(item, t, field.Option.Name))]);
        }

        return Value(item, parsed.GetValue((Option<string?>)field.Option) ?? "0", field.Option.Name);
    }

    /// <summary>A value as people type it: times and spans of days, yes and no, a key or a digest by its file.</summary>
    private static JsonNode? Value(FieldType type, string text, string option)
    {
        switch (text)
        {
            case var _ when type == FieldType.Whole:
                return Whole(text);
            case "yes" or "true" when type == FieldType.Flag:
                return true;
            case "no" or "false" when type == FieldType.Flag:
                return false;
            case var _ when type == FieldType.Key && File.Exists(text):
                return Convert.ToHexStringLower(Inputs.PublicKey(text).Encode());
            case var _ when type != FieldType.Code && text.StartsWith(Digest, StringComparison.Ordinal):
                return Convert.ToHexStringLower(SHA256.HashData(Inputs.Bytes(text[Digest.Length..])));
            case var _ when type.Inner is not null:
                return Row(text, option);
            default:
                return text;
        }
    }

    /// <summary>A number; 90d is 90 days in milliseconds; what is neither is a time, or refused where bodies are read.</summary>
    private static JsonNode Whole(string text)
    {
        long unit = text.EndsWith('d') ? Day : 1;
        return
            long.TryParse(text.TrimEnd('d'), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= long.MaxValue / unit
            ? number * unit
            : text;
    }

    private static JsonNode? Row(string text, string option)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw new UsageException($"{option}: expected an object of JSON, got '{text}'");
        }
    }

    [GeneratedRegex(@"^body\.(?:[A-Za-z]+\.)?([A-Za-z]+)")]
    private static partial Regex BodyPath();

    /// <summary>The option of a field.</summary>
    /// <param name="Path">The members of the body that lead to it.</param>
    /// <param name="Type">Its type.</param>
    /// <param name="Option">An option of one text, or of several for a list.</param>
    private sealed record BodyOption(string[] Path, FieldType Type, Option Option);
}
