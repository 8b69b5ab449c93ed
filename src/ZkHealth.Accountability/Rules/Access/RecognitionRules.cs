using System.Diagnostics.CodeAnalysis;
using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// Recognition of another consortium's facts: a record of its state, proven by a leaf under a checkpoint of its log. Its log, key
/// and rule sets are recognised by governance; a fact ends by its age, or by a later bundle that shows another value.
/// </summary>
internal static class RecognitionRules
{
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

    /// <summary>Verifies a bundle: leaf in the tree, tree under a checkpoint of the log's key, record under the root of the
    /// leaf.</summary>
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

    /// <summary>A log is known by a rule set and a key; by the same rule set another node of it is known too.</summary>
    public static void Know(Change c, string origin, long ruleSet, byte[] manifest, byte[] key)
    {
        byte[] id = ForeignId(origin, ruleSet);
        IReadOnlyList<byte[]> keys =
            c.Find(Records.Foreign, id) is Row known && known.Bytes("manifest").AsSpan().SequenceEqual(manifest)
                ? known.List<byte[]>("keys")
                : [];
        if (keys.Count < MaxLogKeys && !keys.Any(k => k.AsSpan().SequenceEqual(key)))
        {
            c.Put(id, Records.Foreign.Row(origin, ruleSet, manifest, keys.Append(key)));
        }
    }

    /// <summary>Determines whether a log is known by a rule set and a key.</summary>
    public static bool Knows(Change c, string origin, long ruleSet, byte[] key) =>
        c.Find(Records.Foreign, ForeignId(origin, ruleSet))?.List<byte[]>("keys").Any(k => k.AsSpan().SequenceEqual(key)) == true;

    /// <summary>A key of a log counts no more; without any nothing new of it is recognised.</summary>
    public static bool Forget(Change c, string origin, long ruleSet, byte[] key)
    {
        if (!Knows(c, origin, ruleSet, key))
        {
            return false;
        }

        byte[] id = ForeignId(origin, ruleSet);
        Row known = c.Find(Records.Foreign, id)!;
        c.Put(id, known.With("keys", known.List<byte[]>("keys").Where(k => !k.AsSpan().SequenceEqual(key))));
        return true;
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
