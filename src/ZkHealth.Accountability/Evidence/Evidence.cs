using ZkHealth.Ledger;
using ZkHealth.Proofs;

namespace ZkHealth.Accountability;

/// <summary>
/// An evidence bundle: leaves of a log with their entries and inclusion proofs, records of the state that decided them with
/// proofs of presence or absence, and one checkpoint, with the cosignatures of witnesses where the ledger has them. It verifies
/// without the log, in the hands of whoever knows the log's key. The last leaf of the checkpoint is in it, with the number of
/// witnesses there, so that what it calls a breach is one in the state of that leaf, and no older one; and with the rule set
/// there: whoever has other rules cannot judge by it.
/// Canonical CBOR: [format, checkpoint, [[index, leaf, path] …], [[leaf, kind, id, [value] or [], proof] …], digest], leaves
/// ascending by index, records ascending by leaf, kind and id; the digest is SHA-256 of all bytes before it, so that a file that
/// was changed on its way is told from one that claims something else.
/// </summary>
/// <remarks>The log asserts time and order; the signers assert what their entries say. That no later entry changes what a bundle
/// shows is not proven by it.</remarks>
internal sealed partial class Evidence
{
    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = 1 << 26;

    /// <summary>The most leaves.</summary>
    public const int MaxLeaves = 4096;

    /// <summary>The most records.</summary>
    public const int MaxRecords = 16_384;

    private const string Format = Labels.EvidenceFile;
    private const int MaxPath = 63;
    private const string WitnessCount = "witnesses",
        CurrentRules = "current";

    private Evidence(string checkpoint, IReadOnlyList<EvidenceLeaf> leaves, IReadOnlyList<EvidenceRecord> records) =>
        (Checkpoint, Leaves, Records) = (checkpoint, leaves, records);

    /// <summary>The checkpoint as a signed note, not verified yet.</summary>
    public string Checkpoint { get; }

    /// <summary>The leaves, ascending.</summary>
    public IReadOnlyList<EvidenceLeaf> Leaves { get; }

    /// <summary>The records.</summary>
    public IReadOnlyList<EvidenceRecord> Records { get; }

    /// <summary>Verifies all of it against the key of the log.</summary>
    public VerificationResult Verify(NoteKey ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        if (!Ledger.Checkpoint.TryParse(Checkpoint, ledger, out Checkpoint? checkpoint))
        {
            return VerificationResult.Rejected("the checkpoint is not signed by the log's key", VerdictReason.ReceiptInvalid);
        }

        if (Cosignature.Of(checkpoint.Note).Any(c => !c.IsOf(checkpoint)))
        {
            return VerificationResult.Rejected("a cosignature is not that of its witness", VerdictReason.ReceiptInvalid);
        }

        if (Leaves[^1].Index != checkpoint.Size - 1 || CountRecord is null || RuleSetRecord is null)
        {
            return VerificationResult.Rejected(
                "it lacks the last leaf of its checkpoint, or the number of witnesses or the rule set there: what it shows may be annulled",
                VerdictReason.ReceiptInvalid
            );
        }

        // what the log's key has not signed costs no verification of signatures
        foreach (EvidenceLeaf e in Leaves)
        {
            if (e.Leaf.Entry is not null && e.Leaf.Entry.Origin != ledger.Name)
            {
                return VerificationResult.Rejected(
                    $"leaf {e.Index} holds an entry for another log",
                    VerdictReason.ReceiptInvalid
                );
            }

            byte[] hash = MerkleHash.Leaf(e.Leaf.Encode());
            if (!MerkleProof.VerifyInclusion(hash, e.Index, checkpoint.Size, e.Path, checkpoint.Root.Span))
            {
                return VerificationResult.Rejected(
                    $"leaf {e.Index} is not included under the checkpoint",
                    VerdictReason.ReceiptInvalid
                );
            }
        }

        if (SignatureFault() is string fault)
        {
            return VerificationResult.Rejected(fault, VerdictReason.ReceiptInvalid);
        }

        var places = Leaves.ToDictionary(l => l.Index);
        foreach (EvidenceRecord r in Records)
        {
            if (!places.TryGetValue(r.Leaf, out EvidenceLeaf? at) || !r.IsIn(at.Leaf.StateRoot.Span))
            {
                return VerificationResult.Rejected(
                    $"the record {r.Kind.Name} {Convert.ToHexStringLower(r.Id)} is not in the state of leaf {r.Leaf}",
                    VerdictReason.ReceiptInvalid
                );
            }
        }

        return ForeignRules() is long foreign
            ? VerificationResult.Unsupported(
                $"leaf {foreign} was decided by a rule set that this program does not have: verify it with a version that has it"
            )
            : VerificationResult.Accepted;
    }

    /// <summary>The first leaf that other rules than these have decided; null where there is none. Before the charter there are
    /// no rules.</summary>
    private long? ForeignRules()
    {
        Row? current = RuleSetRecord!.Value;
        if (current is not null && !current.Bytes("manifest").AsSpan().SequenceEqual(Manifest.Digest))
        {
            return Leaves[^1].Index;
        }

        long number = current?.Whole("number") ?? 0;
        return Leaves.FirstOrDefault(l => l.Leaf.RuleSet != 0 && l.Leaf.RuleSet != number)?.Index;
    }

    /// <summary>The member whose key signed, by the records of keys in a bundle that is accepted; the key in hexadecimal where
    /// there is none, as for a handle.</summary>
    public string SubjectOf(ReadOnlySpan<byte> key)
    {
        foreach (EvidenceRecord r in Records)
        {
            if (r.Kind == Accountability.Records.Key && r.Value is not null && key.SequenceEqual(r.Id))
            {
                return r.Value.Code("subject");
            }
        }

        return Convert.ToHexStringLower(key);
    }

    /// <summary>The decision about a request, by its record in a bundle that is accepted; null for other acts, and where
    /// the record is not in it.</summary>
    public string? DecisionOf(Act act) =>
        Records
            .FirstOrDefault(r =>
                r.Kind == Accountability.Records.Request && r.Value is not null && r.Id.AsSpan().SequenceEqual(act.Id)
            )
            ?.Value
            is not Row request
            ? null
        : request.Flag("permitted") ? "permitted"
        : $"denied: {string.Join(", ", request.Codes("codes"))}";

    /// <summary>The breaches, provisional or final, as they stand in the state of the newest leaf of a bundle that is
    /// accepted.</summary>
    public IEnumerable<EvidenceRecord> Breaches => NewestBreaches.Where(r => !BreachRules.IsVoid(r.Value!));

    /// <summary>The breaches that are annulled in that state: nobody answers for them.</summary>
    public IEnumerable<EvidenceRecord> Annulled => NewestBreaches.Where(r => BreachRules.IsVoid(r.Value!));

    private IEnumerable<EvidenceRecord> NewestBreaches =>
        Records.Where(r => r.Leaf == Leaves[^1].Index && r.Kind == Accountability.Records.Breach && r.Value is not null);

    /// <summary>The record of how many witnesses there are in the state of the newest leaf; an older one says nothing.</summary>
    private EvidenceRecord? CountRecord => Newest(Accountability.Records.Counter, WitnessCount);

    /// <summary>The record of the rule set in force in that state.</summary>
    private EvidenceRecord? RuleSetRecord => Newest(Accountability.Records.RuleSet, CurrentRules);

    private EvidenceRecord? Newest(Shape kind, string id) =>
        Records.FirstOrDefault(r => r.Leaf == Leaves[^1].Index && r.Kind == kind && r.Id.AsSpan().SequenceEqual(Ids.Text(id)));

    /// <summary>Counts the witnesses of the newest leaf that have cosigned the checkpoint of a bundle that is accepted.</summary>
    public Quorum CountWitnesses()
    {
        EvidenceRecord? count = CountRecord;
        HashSet<string> known =
        [
            .. Records
                .Where(r => r.Leaf == count?.Leaf && r.Kind == Accountability.Records.Witness && r.Value is not null)
                .Select(r => Convert.ToHexString(r.Id)),
        ];
        int cosigned = SignedNote.TryParse(Checkpoint, out SignedNote? note)
            ? Cosignature.Of(note).Select(c => Convert.ToHexString(c.Witness.Encode())).Distinct().Count(known.Contains)
            : 0;
        return new Quorum(count?.Value?.Whole("count") ?? 0, cosigned);
    }

    private string? SignatureFault()
    {
        var messages = new List<SignedMessage>();
        foreach (EvidenceLeaf e in Leaves)
        {
            e.Leaf.Entry?.AddSignatures(messages);
        }

        return Ed25519Verifier.AreValid(messages)
            ? null
            : Leaves
                .Select(e => e.Leaf.Entry?.SignatureFault() is string fault ? $"leaf {e.Index}: {fault}" : null)
                .FirstOrDefault(f => f is not null);
    }
}
