using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>Options of `zkhealth verify` beside the proof of some kinds of files: the set, the openings, the registry,
/// tags seen before.</summary>
internal sealed class ProofChecks
{
    private readonly Option<string?> _set = new("--set")
    {
        Description = "Accept a proof about a row's entry only for this public set (one value a line).",
    };
    private readonly Option<string> _unknown = Unknown();
    private readonly Option<string?> _openings = new("--openings")
    {
        Description = "Open the hidden entries of a row with this file, which its owner gave you.",
    };
    private readonly Option<string?> _registry = new("--registry")
    {
        Description = "The key registry that you trust, for what members say.",
    };
    private readonly Option<string[]> _registrar = new("--registrar")
    {
        Description =
            "Accept a key registry of a ledger only from this registrar, and registrars' tables in a plan only from these: a public key file.",
    };
    private readonly Option<string?> _topic = new("--context")
    {
        Description = "Accept what a member says only with a tag in this context.",
    };
    private readonly Option<string?> _seen = new("--seen")
    {
        Description = "A list of tags seen so far: a tag that is on it is rejected, an accepted one is added; needs --context.",
    };

    public IEnumerable<Option> All => [_set, _unknown, _openings, _registry, _registrar, _topic, _seen];

    /// <summary>Refuses options that say nothing about this proof: they would be taken for a check that was made.</summary>
    public void Refuse(ParseResult parsed, ProofFile proof)
    {
        if (proof is not RecordProof && (parsed.GetValue(_set) ?? parsed.GetValue(_openings)) is not null)
        {
            throw new UsageException("--set and --openings are for proofs about a row");
        }

        if (
            proof is not AnonymousStatement
            && (parsed.GetValue(_registry) ?? parsed.GetValue(_seen) ?? parsed.GetValue(_topic)) is not null
        )
        {
            throw new UsageException("--registry, --context and --seen are for proofs of members");
        }

        int registrars = Registrars(parsed).Length;
        if (registrars > 0 && proof is not (AnonymousStatement or PlanProof))
        {
            throw new UsageException("--registrar is for proofs of members and for answers to plans");
        }

        if (registrars > 1 && proof is AnonymousStatement)
        {
            throw new UsageException("expected one --registrar for a proof of a member");
        }

        // in a context of its own choice a member has always spoken once
        if (parsed.GetValue(_seen) is not null && parsed.GetValue(_topic) is null)
        {
            throw new UsageException("expected --context together with --seen");
        }
    }

    public VerifyingKey[] Registrars(ParseResult parsed) => [.. (parsed.GetValue(_registrar) ?? []).Select(Inputs.PublicKey)];

    /// <summary>The key registry that is trusted for what a member says; null where it is to be found on the ledger, or the proof
    /// is no member's.</summary>
    public KeyRegistry? Registry(ParseResult parsed, ProofFile proof) =>
        proof is AnonymousStatement && parsed.GetValue(_registry) is string path ? Inputs.Registry(path) : null;

    /// <summary>Checks what is asked beside a proof that is verified.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="report">Takes what was opened.</param>
    public VerificationResult Verify(ParseResult parsed, ProofFile proof, Report report)
    {
        if (proof is AnonymousStatement member)
        {
            return parsed.GetValue(_topic) is string topic && member.Topic != topic
                    ? VerificationResult.Rejected(
                        member.Topic is null ? "it has no tag" : $"its tag is for another context: {member.Topic}",
                        VerdictReason.OtherStatement
                    )
                : parsed.GetValue(_seen) is string seen ? Once(member, seen, report)
                : VerificationResult.Accepted;
        }

        if (proof is not RecordProof record)
        {
            return VerificationResult.Accepted;
        }

        VerificationResult result = parsed.GetValue(_set) is string set
            ? SameSet(record, set, parsed.GetValue(_unknown) == "ignore")
            : VerificationResult.Accepted;
        return result.IsAccepted && parsed.GetValue(_openings) is string openings ? Open(record, openings, report) : result;
    }

    private static VerificationResult SameSet(RecordProof proof, string path, bool ignoreUnknown)
    {
        RecordEntry[] about = [.. proof.Entries.Where(e => e.Codes.Count > 0)];
        if (about.Length == 0)
        {
            return VerificationResult.Rejected("it is about no public set", VerdictReason.OtherStatement);
        }

        foreach (RecordEntry entry in about)
        {
            string column = proof.Schema.Columns[entry.Column].Name;
            if (!Inputs.Set(path, proof.Schema, column, ignoreUnknown, out int _).SequenceEqual(entry.Codes))
            {
                return VerificationResult.Rejected(
                    $"it is about another set for column '{column}'",
                    VerdictReason.OtherStatement
                );
            }
        }

        return VerificationResult.Accepted;
    }

    private static VerificationResult Open(RecordProof proof, string path, Report report)
    {
        using RecordOpenings openings = Inputs.Openings(path, mustExist: true);
        var opened = new JsonObject();
        report.Json["opened"] = opened;
        foreach (RecordEntry entry in proof.Entries.Where(e => e.Kind != EntryKind.Shown))
        {
            string column = proof.Schema.Columns[entry.Column].Name;
            if (openings.Open(entry) is not uint code || code >= proof.Schema.Columns[entry.Column].Domain)
            {
                return VerificationResult.Rejected(
                    $"the commitment of column '{column}' is not opened by {path}",
                    VerdictReason.OtherStatement
                );
            }

            string value = proof.Schema.Columns[entry.Column].Label(code);
            opened[column] = value;
            report.Line($"  opened: {column}: {value}");
        }

        return VerificationResult.Accepted;
    }

    /// <summary>The tag is not on the list; then it is.</summary>
    private static VerificationResult Once(AnonymousStatement proof, string path, Report report)
    {
        // line by line, however an editor has ended them: a tag that is not recognised would let its member speak again
        string tag = proof.Tag.ToString();
        bool isNew = !File.Exists(path);
        string[] list =
            isNew || LedgerFiles.IsEmpty(path)
                ? []
                : [.. Inputs.Text(path).Split('\n').Select(l => l.Trim().ToLowerInvariant()).Where(l => l.Length > 0)];
        if (!isNew && list.Length == 0)
        {
            // a list that was emptied, or lost, would let everybody speak again
            throw new UsageException($"{path} holds no tag: it was emptied, or lost; take it away to begin a new list");
        }

        if (list.Any(l => l.Length != tag.Length || !l.All(char.IsAsciiHexDigit)))
        {
            throw new UsageException($"{path} is no list of tags: expected {tag.Length} hexadecimal digits on each line");
        }

        if (list.Contains(tag))
        {
            return VerificationResult.Rejected($"this member has spoken in '{proof.Topic}' before", VerdictReason.AlreadyUsed);
        }

        AtomicFile.Write(path, Encoding.ASCII.GetBytes(string.Concat(list.Append(tag).Select(l => l + "\n"))));
        report.Add(
            "tagsSeen",
            list.Length,
            isNew
                ? $"  the list {path} did not exist: it begins with this tag"
                : $"  its tag is none of the {list.Length} that {path} held, and is added"
        );
        return VerificationResult.Accepted;
    }

    /// <summary>Determines whether lines of a set file that the column does not have are left out.</summary>
    public static Option<string> Unknown()
    {
        var option = new Option<string>("--unknown")
        {
            Description = "Values of the set that the column does not have: 'error' or 'ignore'.",
            DefaultValueFactory = _ => "error",
        };
        return option.AcceptOnlyFromAmong("error", "ignore");
    }
}
