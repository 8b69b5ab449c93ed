using System.Diagnostics.CodeAnalysis;
using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// Recognition of another consortium's facts: a record of its state, proven by a leaf under a checkpoint of its log. Its log,
/// keys, witnesses and rule sets are recognised by governance; a fact ends by its age, or by a later bundle that shows another
/// value.
/// </summary>
internal static class RecognitionRules
{
    /// <summary>The kind of a proposal that names a witness of the log, not a key of it.</summary>
    public const string Witness = "witness";

    /// <summary>The most keys of a log, and the most witnesses.</summary>
    private const int MaxLogKeys = 16;

    /// <summary>`fact recognised`.</summary>
    public static void Recognise(Change c, Row body)
    {
        byte[] id = Id(body);
        byte[]? value = body.Optional<byte[]>("value");
        c.Require(value is not null && !IsDoubted(body.Code("kind"), value), "CORRECTED");
        if (!IsProven(c, body, out LedgerLeaf? leaf))
        {
            return;
        }

        long until = leaf.Time + c.Param(Parameter.RecognitionAge);
        c.Require(c.Time < until, "TOO_OLD");
        c.Require(c.Find(Records.Fact, id) is not Row known || known.Whole("time") < leaf.Time, "NOT_LATER");
        if (!c.IsRefused)
        {
            c.Put(
                id,
                Records.Fact.Row(
                    body.Code("origin"),
                    body.Code("kind"),
                    body.Bytes("id"),
                    value!,
                    leaf.Time,
                    until,
                    c.Signer!,
                    false
                )
            );
        }
    }

    /// <summary>`fact cancelled`: a later bundle shows that the record is another one, or no more.</summary>
    public static void Cancel(Change c, Row body)
    {
        byte[] id = Id(body);
        Row? fact = c.Find(Records.Fact, id);
        c.Require(fact is not null && !fact.Flag("cancelled"), "UNKNOWN_FACT");
        if (!IsProven(c, body, out LedgerLeaf? leaf) || fact is null)
        {
            return;
        }

        byte[]? value = body.Optional<byte[]>("value");
        c.Require(leaf.Time > fact.Whole("time"), "NOT_LATER");
        c.Require(value is null || !value.AsSpan().SequenceEqual(fact.Bytes("value")), "UNCHANGED");
        if (!c.IsRefused)
        {
            // whoever recognises it once more shows a leaf after this one
            c.Put(id, fact.With("cancelled", true).With("time", leaf.Time));
        }
    }

    /// <summary>The id of a fact: log, kind and id of the record.</summary>
    public static byte[] Id(Row body) =>
        Ids.Of("fact", Ids.Text(body.Code("origin")), Ids.Text(body.Code("kind")), body.Bytes("id"));

    /// <summary>The id of a foreign rule set: log and number.</summary>
    public static byte[] ForeignId(string origin, long ruleSet) => Ids.Of("foreign", Ids.Text(origin), Ids.Number(ruleSet));

    /// <summary>Verifies a bundle: leaf in the tree, tree under a checkpoint of the log's key and a quorum of its witnesses,
    /// record under the root of the leaf.</summary>
    private static bool IsProven(Change c, Row body, [NotNullWhen(true)] out LedgerLeaf? leaf)
    {
        byte[] bytes = body.Bytes("leaf");
        if (!c.Require(LedgerLeaf.TryDecode(bytes, out leaf, out _), "LEAF"))
        {
            return false;
        }

        string origin = body.Code("origin");
        Row? foreign = c.Find(Records.Foreign, ForeignId(origin, leaf!.RuleSet));
        if (!c.Require(foreign is not null, "UNKNOWN_LOG"))
        {
            return false;
        }

        c.Require(leaf.Time <= c.Time, "TIME");
        Checkpoint? checkpoint = Signed(origin, foreign!.List<byte[]>("keys"), Encoding.UTF8.GetString(body.Bytes("checkpoint")));
        c.Require(
            checkpoint is not null
                && HasQuorum(foreign, checkpoint)
                && MerkleProof.VerifyInclusion(
                    MerkleHash.Leaf(bytes),
                    body.Whole("index"),
                    checkpoint.Size,
                    [.. body.List<byte[]>("path").Select(p => new ReadOnlyMemory<byte>(p))],
                    checkpoint.Root.Span
                ),
            "CHECKPOINT"
        );
        c.Require(
            StateProof.TryDecode(body.Bytes("proof"), out StateProof? proof)
                && proof.Verify(
                    leaf.StateRoot.Span,
                    StateKey.Of(body.Code("kind"), body.Bytes("id")),
                    body.Optional<byte[]>("value")
                ),
            "PROOF"
        );
        return !c.IsRefused;
    }

    /// <summary>A log is known by a rule set and a key; by the same rule set another node of it is known too, and its
    /// witnesses.</summary>
    public static void Know(Change c, string origin, long ruleSet, byte[] manifest, byte[] key, bool isWitness)
    {
        byte[] id = ForeignId(origin, ruleSet);
        Row log =
            c.Find(Records.Foreign, id) is Row known && known.Bytes("manifest").AsSpan().SequenceEqual(manifest)
                ? known
                : Records.Foreign.Row(origin, ruleSet, manifest, Array.Empty<byte[]>(), Array.Empty<byte[]>());
        string part = Part(isWitness);
        IReadOnlyList<byte[]> keys = log.List<byte[]>(part);
        if (keys.Count < MaxLogKeys && !keys.Any(k => k.AsSpan().SequenceEqual(key)))
        {
            c.Put(id, log.With(part, keys.Append(key)));
        }
    }

    /// <summary>Determines whether a log is known by a rule set and a key, of its own or of a witness.</summary>
    public static bool Knows(Change c, string origin, long ruleSet, byte[] key, bool isWitness) =>
        c.Find(Records.Foreign, ForeignId(origin, ruleSet))?.List<byte[]>(Part(isWitness)).Any(k => k.AsSpan().SequenceEqual(key))
        == true;

    /// <summary>A key of a log or of a witness of it counts no more; without any key of its own nothing new of it is
    /// recognised.</summary>
    public static bool Forget(Change c, string origin, long ruleSet, byte[] key, bool isWitness)
    {
        if (!Knows(c, origin, ruleSet, key, isWitness))
        {
            return false;
        }

        byte[] id = ForeignId(origin, ruleSet);
        Row known = c.Find(Records.Foreign, id)!;
        string part = Part(isWitness);
        c.Put(id, known.With(part, known.List<byte[]>(part).Where(k => !k.AsSpan().SequenceEqual(key))));
        return true;
    }

    private static string Part(bool isWitness) => isWitness ? "witnesses" : "keys";

    /// <summary>Determines whether enough of the witnesses that are known of a log have cosigned a checkpoint.</summary>
    private static bool HasQuorum(Row foreign, Checkpoint checkpoint)
    {
        var known = foreign.List<byte[]>("witnesses").Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        int cosigned = Cosignature
            .Of(checkpoint.Note)
            .Where(s => known.Contains(Convert.ToHexString(s.Witness.Encode())) && s.IsOf(checkpoint))
            .Select(s => Convert.ToHexString(s.Witness.Encode()))
            .Distinct()
            .Count();
        return cosigned >= new Quorum(known.Count, cosigned).Needed;
    }

    /// <summary>The checkpoint that one of the keys of a log has signed, or null.</summary>
    private static Checkpoint? Signed(string origin, IReadOnlyList<byte[]> keys, string note)
    {
        foreach (byte[] bytes in keys)
        {
            if (
                VerifyingKey.TryRead(bytes, out VerifyingKey? key)
                && Checkpoint.TryParse(note, new NoteKey(origin, key), out Checkpoint? checkpoint)
            )
            {
                return checkpoint;
            }
        }

        return null;
    }

    /// <summary>An asset that is corrected or challenged proves nothing.</summary>
    private static bool IsDoubted(string kind, byte[] value) =>
        kind == Records.Asset.Name
        && (
            !Records.Asset.TryDecode(value, out Row? asset)
            || asset.Flag("challenged")
            || asset.List<byte[]>("corrected").Count > 0
        );
}
