using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZkHealth.Data;

/// <summary>The persons of a registrar's data set in the order of its rows, which the registrar keeps: a later version may only
/// append to them.</summary>
/// <param name="DataSet">The registrar's name of the data set.</param>
/// <param name="Persons">The identifiers.</param>
internal sealed record PersonList(string DataSet, IReadOnlyList<string> Persons)
{
    /// <summary>The SHA-256 of identifiers, each in UTF-8 after its length, in hexadecimal.</summary>
    public static string Digest(IReadOnlyList<string> persons)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string person in persons)
        {
            byte[] text = Encoding.UTF8.GetBytes(person);
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Determines whether another list begins with these persons in their order.</summary>
    public bool IsBeginOf(IReadOnlyList<string> other) =>
        Persons.SequenceEqual(other.Take(Persons.Count), StringComparer.Ordinal);

    /// <summary>Writes it as JSON.</summary>
    public byte[] Encode() =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["dataSet"] = DataSet,
                ["persons"] = new JsonArray([.. Persons.Select(p => (JsonNode)p)]),
            }.ToJsonString()
        );

    /// <summary>Reads it; null where the text is none.</summary>
    public static PersonList? Decode(string text)
    {
        try
        {
            return
                JsonNode.Parse(text) is JsonObject json
                && (string?)json["dataSet"] is { Length: > 0 } name
                && json["persons"] is JsonArray { Count: > 0 } list
                && list.All(p => p is JsonValue)
                ? new PersonList(name, [.. list.Select(p => (string)p!)])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
