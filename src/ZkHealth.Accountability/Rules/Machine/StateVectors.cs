using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Proofs;

namespace ZkHealth.Accountability;

/// <summary>
/// The JSON files of kind <c>state</c> by which implementations compare state maps, fee splits and credit: questions and answers,
/// checked by
/// <see cref="Check"/>, answered anew by <see cref="Answer"/>.
/// </summary>
internal static class StateVectors
{
    private static readonly string[] Known = ["kind", "maps", "splits", "credits"];

    /// <summary>Determines whether a file is one of this kind.</summary>
    public static bool Is(ReadOnlyMemory<byte> utf8) =>
        TryParse(utf8) is JsonObject file
        && file["kind"] is JsonValue kind
        && kind.GetValueKind() == JsonValueKind.String
        && kind.GetValue<string>() == "state";

    /// <summary>Recomputes every root, fee, share and credit, and verifies every proof of a file.</summary>
    public static VerificationResult Check(ReadOnlyMemory<byte> utf8)
    {
        if (TryParse(utf8) is not JsonObject file)
        {
            return VerificationResult.Rejected("expected a JSON object of kind \"state\"");
        }

        if (file.FirstOrDefault(p => !Known.Contains(p.Key)).Key is string unknown)
        {
            return VerificationResult.Unsupported($"field \"{unknown}\" of kind \"state\" is not known to this version");
        }

        try
        {
            string? failure = file["maps"]!.AsArray().Select((m, i) => Map(m!, i)).FirstOrDefault(f => f is not null);
            failure ??= Differs(file, Answered(file));
            return failure is null ? VerificationResult.Accepted : VerificationResult.Rejected(failure);
        }
        catch (Exception e) when (IsFormFault(e))
        {
            return VerificationResult.Rejected("not of the form of kind \"state\": " + e.Message);
        }
    }

    /// <summary>The file with every root, proof that is to be accepted, fee, share and credit computed here.</summary>
    /// <exception cref="FormatException">The file is not of the form.</exception>
    public static byte[] Answer(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var file = TryParse(utf8) as JsonObject ?? throw new FormatException("expected a JSON object of kind \"state\"");
            return System.Text.Encoding.UTF8.GetBytes(Answered(file).ToJsonString());
        }
        catch (Exception e) when (IsFormFault(e))
        {
            throw new FormatException("not of the form of kind \"state\": " + e.Message, e);
        }
    }

    private static string? Map(JsonNode map, int number)
    {
        byte[] root = Hex(map["root"]);
        int position = 0;
        foreach (JsonNode? p in map["proofs"]!.AsArray())
        {
            byte[] key = StateKey.Of(p!["kind"]!.GetValue<string>(), Hex(p["id"]));
            byte[][]? end = (p["terminal"] as JsonArray)?.Select(Hex).ToArray();
            byte[][] siblings = [.. p["siblings"]!.AsArray().Select(Hex)];
            bool accepted =
                siblings.Length <= StateProof.MaxSiblings
                && new StateProof(siblings, end?[0], end?[1]).Verify(root, key, p["value"] is JsonNode v ? Hex(v) : null);
            if (accepted != p["accept"]!.GetValue<bool>())
            {
                return $"map {number}: proof {position} is {(accepted ? "accepted" : "rejected")} here";
            }

            position++;
        }

        return null;
    }

    private static JsonNode Answered(JsonObject file)
    {
        JsonNode answer = file.DeepClone();
        foreach (JsonNode? m in answer["maps"]!.AsArray())
        {
            StateMap map = StateMap.Empty;
            foreach (JsonNode? e in m!["entries"]!.AsArray())
            {
                map = map.With(StateKey.Of(e![0]!.GetValue<string>(), Hex(e[1])), Hex(e[2]));
            }

            m["root"] = Convert.ToHexStringLower(map.Root.Span);
            foreach (JsonNode? p in m["proofs"]!.AsArray().Where(p => p!["accept"]!.GetValue<bool>()))
            {
                byte[] key = StateKey.Of(p!["kind"]!.GetValue<string>(), Hex(p["id"]));
                StateProof proof = map.Prove(key);
                p["value"] = map.Find(key) is byte[] value ? Convert.ToHexStringLower(value) : null;
                p["siblings"] = new JsonArray([.. proof.Siblings.Select(s => (JsonNode)Convert.ToHexStringLower(s))]);
                p["terminal"] = proof.Key is null
                    ? null
                    : new JsonArray(Convert.ToHexStringLower(proof.Key), Convert.ToHexStringLower(proof.ValueHash!));
            }
        }

        foreach (JsonNode? s in answer["splits"]!.AsArray())
        {
            long booked = Fees.Booked(s!["ppm"]!.GetValue<long>(), s["cumulative"]!.GetValue<long>());
            s["fee"] = booked;
            long[] shares = Fees.Split(booked, [.. s["weights"]!.AsArray().Select(w => w!.GetValue<long>())], out _);
            s["shares"] = new JsonArray([.. shares.Select(x => (JsonNode)x)]);
        }

        foreach (JsonNode? c in answer["credits"]!.AsArray())
        {
            c!["credit"] = Credit.At(
                c["time"]!.GetValue<long>(),
                c["admitted"]!.GetValue<long>(),
                c["breaches"]!.AsArray().Select(b => (b![0]!.GetValue<long>(), b[1]!.GetValue<long>()))
            );
        }

        return answer;
    }

    private static string? Differs(JsonObject file, JsonNode answer)
    {
        foreach (string part in Known.Skip(1))
        {
            JsonArray own = answer[part]!.AsArray(),
                theirs = file[part]!.AsArray();
            int at = Enumerable.Range(0, own.Count).FirstOrDefault(i => !JsonNode.DeepEquals(own[i], theirs[i]), -1);
            if (at >= 0)
            {
                return $"{part}: item {at} has another answer here";
            }
        }

        return null;
    }

    private static JsonNode? TryParse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonNode.Parse(utf8.Span, null, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString(node!.GetValue<string>());

    private static bool IsFormFault(Exception e) =>
        e
            is FormatException
                or InvalidOperationException
                or ArgumentException
                or NullReferenceException
                or OverflowException
                or IndexOutOfRangeException;
}
