using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using ZkHealth.Ledger;
using ZkHealth.Proofs;
using ZkHealth.Tables;

namespace ZkHealth.Accountability;

/// <summary>
/// An evidence bundle: leaves of a log with their entries and inclusion proofs, records of the state that decided them with
/// proofs of presence or absence, and one checkpoint, with the cosignatures of witnesses where the ledger has them. It verifies
/// without the log, in the hands of whoever knows the log's key. The last leaf of the checkpoint is in it, with the number of the
/// witnesses there, so that what it calls a breach is one in the state of that leaf, and no older one.
/// Canonical CBOR: [format, checkpoint, [[index, leaf, path] …], [[leaf, kind, id, [value] or [], proof] …], digest], leaves
/// ascending by index, records ascending by leaf, kind and id; the digest is SHA-256 of all bytes before it, so that a file that
/// was changed on its way is told from one that claims something else.
/// </summary>
/// <remarks>The log asserts time and order; the signers assert what their entries say. That no later entry changes what a bundle
/// shows is not proven by it.</remarks>
internal sealed class Evidence
{
    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = 1 << 26;

    /// <summary>The most leaves.</summary>
    public const int MaxLeaves = 4096;

    /// <summary>The most records.</summary>
    public const int MaxRecords = 16_384;

    private const string Format = Labels.EvidenceFile;
    private const int MaxPath = 63;
    private const string WitnessCount = "witnesses";

    private Evidence(string checkpoint, IReadOnlyList<EvidenceLeaf> leaves, IReadOnlyList<EvidenceRecord> records) =>
        (Checkpoint, Leaves, Records) = (checkpoint, leaves, records);

    /// <summary>The checkpoint as a signed note, not verified yet.</summary>
    public string Checkpoint { get; }

    /// <summary>The leaves, ascending.</summary>
    public IReadOnlyList<EvidenceLeaf> Leaves { get; }

    /// <summary>The records.</summary>
    public IReadOnlyList<EvidenceRecord> Records { get; }

    /// <summary>Collects leaves and records of a ledger under its latest checkpoint, or under the one that witnesses have
    /// cosigned where it covers them; the leaves whose roots records need are added, and the last one of the checkpoint with its
    /// witnesses.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="leaves">The numbers of leaves.</param>
    /// <param name="questions">The records.</param>
    /// <param name="cosigned">The checkpoint that witnesses have cosigned, or null.</param>
    /// <param name="prove">Proves records; a replay of the ledger where it is null.</param>
    /// <exception cref="ArgumentException">There is no such leaf, or there are too many.</exception>
    /// <exception cref="IOException">The ledger is not what its rules give.</exception>
    public static Evidence Make(
        ILedger ledger,
        IEnumerable<long> leaves,
        IEnumerable<StateQuestion> questions,
        Checkpoint? cosigned = null,
        Func<IReadOnlyList<StateQuestion>, IEnumerable<EvidenceRecord>>? prove = null
    )
    {
        Checkpoint checkpoint = ledger.GetCheckpoint();
        var asked = questions.ToList();
        var wanted = new SortedSet<long>(leaves.Concat(asked.Select(q => q.Leaf)));
        if (wanted.Count is 0 or > MaxLeaves || wanted.Min < 0 || wanted.Max >= checkpoint.Size)
        {
            throw new ArgumentException(
                $"expected 1 to {MaxLeaves} leaves of the {checkpoint.Size} that there are",
                nameof(leaves)
            );
        }

        checkpoint = cosigned is not null && wanted.Max < cosigned.Size ? cosigned : checkpoint;
        wanted.Add(checkpoint.Size - 1);
        asked.Add(new(wanted.Max, Accountability.Records.Counter, Ids.Text(WitnessCount)));
        asked.AddRange(
            Cosignature
                .Of(checkpoint.Note)
                .Select(c => new StateQuestion(wanted.Max, Accountability.Records.Witness, c.Witness.Encode()))
        );
        EvidenceLeaf[] found = [.. wanted.Select(i => Read(ledger, checkpoint, i))];
        EvidenceRecord[] records =
        [
            .. (prove ?? (q => Replay(ledger, q)))([.. asked.DistinctBy(q => Convert.ToHexString(Place(q.Leaf, q.Kind, q.Id)))])
                .OrderBy(Place, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))),
        ];

        // what was kept beside the ledger may have been changed there
        if (records.FirstOrDefault(r => !r.IsIn(found.First(l => l.Index == r.Leaf).Leaf.StateRoot.Span)) is EvidenceRecord bad)
        {
            throw new IOException($"the kept proof of a record of leaf {bad.Leaf} is damaged: delete the history of the ledger");
        }

        return records.Length <= MaxRecords
            ? new Evidence(checkpoint.ToString(), found, records)
            : throw new ArgumentException(
                $"expected at most {MaxRecords} records, got {records.Length}: ask about fewer handles, or for leaves by number",
                nameof(questions)
            );
    }

    /// <summary>Proves records in the states that decided their leaves, by a replay of the ledger.</summary>
    public static IEnumerable<EvidenceRecord> Replay(ILedger ledger, IReadOnlyList<StateQuestion> questions) =>
        Prove(RegionLog.Replay(ledger), questions);

    /// <summary>Proves records in the states that decided their leaves.</summary>
    /// <param name="leaves">Leaves as the rules decide them, ascending, with all that are asked about.</param>
    /// <param name="questions">The records.</param>
    public static IEnumerable<EvidenceRecord> Prove(IEnumerable<RegionLeaf> leaves, IReadOnlyList<StateQuestion> questions)
    {
        var asked = questions.ToLookup(q => q.Leaf);
        long last = questions.Max(q => q.Leaf);
        return leaves.TakeWhile(l => l.Index <= last).SelectMany(l => asked[l.Index].Select(q => Prove(l.Before, q)));
    }

    /// <summary>Proves a record in a state.</summary>
    public static EvidenceRecord Prove(ContractState state, StateQuestion q) =>
        new(q.Leaf, q.Kind, q.Id, state.Find(q.Kind, q.Id), state.Map.Prove(StateKey.Of(q.Kind.Name, q.Id)));

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
            return VerificationResult.Rejected("a cosignature is not that of its witness");
        }

        if (Leaves[^1].Index != checkpoint.Size - 1 || CountRecord is null)
        {
            return VerificationResult.Rejected(
                "it lacks the last leaf of its checkpoint, or the number of witnesses there: what it shows may be annulled",
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

        return VerificationResult.Accepted;
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

    /// <summary>Describes how a request was decided, by its record in a bundle that is accepted; null for other acts, and where
    /// the record is not in it.</summary>
    public string? DecisionOf(Act act) =>
        Records.FirstOrDefault(r => r.Kind == Accountability.Records.Request && r.Id.AsSpan().SequenceEqual(act.Id))?.Value
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
    private EvidenceRecord? CountRecord =>
        Records.FirstOrDefault(r =>
            r.Leaf == Leaves[^1].Index
            && r.Kind == Accountability.Records.Counter
            && r.Id.AsSpan().SequenceEqual(Ids.Text(WitnessCount))
        );

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

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(5);
        w.WriteTextString(Format);
        w.WriteTextString(Checkpoint);
        w.WriteStartArray(Leaves.Count);
        foreach (EvidenceLeaf e in Leaves)
        {
            w.WriteStartArray(3);
            w.WriteInt64(e.Index);
            w.WriteByteString(e.Leaf.Encode());
            w.WriteStartArray(e.Path.Count);
            foreach (ReadOnlyMemory<byte> hash in e.Path)
            {
                w.WriteByteString(hash.Span);
            }

            w.WriteEndArray();
            w.WriteEndArray();
        }

        w.WriteEndArray();
        w.WriteStartArray(Records.Count);
        foreach (EvidenceRecord r in Records)
        {
            r.Write(w);
        }

        w.WriteEndArray();
        w.WriteByteString(new byte[SHA256.HashSizeInBytes]);
        w.WriteEndArray();
        byte[] bytes = w.Encode();
        Digest(bytes).CopyTo(bytes.AsSpan(^SHA256.HashSizeInBytes..));
        return bytes;
    }

    /// <summary>Decodes canonical bytes; anything else is refused with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out Evidence? evidence,
        [NotNullWhen(false)] out string? reason
    )
    {
        evidence = null;
        reason = "it is not the canonical encoding of an evidence bundle";
        if (bytes.Length > MaxSize)
        {
            reason = $"expected at most {MaxSize} bytes";
            return false;
        }

        if (
            bytes.Length < SHA256.HashSizeInBytes
            || !Digest(bytes.Span).AsSpan().SequenceEqual(bytes.Span[^SHA256.HashSizeInBytes..])
        )
        {
            reason = "its digest is not that of its bytes: it was changed, or is no evidence bundle";
            return false;
        }

        try
        {
            var r = new CborReader(bytes, CborConformanceMode.Canonical);
            if (r.ReadStartArray() != 5 || r.ReadTextString() != Format)
            {
                return false;
            }

            string checkpoint = r.ReadTextString();
            List<EvidenceLeaf> leaves = Many(r, MaxLeaves, ReadLeaf);
            List<EvidenceRecord> records = Many(r, MaxRecords, EvidenceRecord.Read);
            Expect(r.ReadByteString().Length == SHA256.HashSizeInBytes);
            r.ReadEndArray();
            bool ordered =
                leaves.Zip(leaves.Skip(1)).All(p => p.First.Index < p.Second.Index)
                && records.Zip(records.Skip(1)).All(p => Place(p.First).AsSpan().SequenceCompareTo(Place(p.Second)) < 0);
            if (r.BytesRemaining != 0 || leaves.Count == 0 || !ordered || !SignedNote.TryParse(checkpoint, out _))
            {
                return false;
            }

            evidence = new Evidence(checkpoint, leaves, records);
        }
        catch (Exception e) when (CanonicalCbor.IsFault(e))
        {
            return false;
        }

        reason = null;
        return true;
    }

    private string? SignatureFault()
    {
        LedgerEntry[] entries = [.. Leaves.Select(l => l.Leaf.Entry).OfType<LedgerEntry>()];
        var messages = new List<SignedMessage>();
        foreach (LedgerEntry entry in entries)
        {
            entry.AddSignatures(messages);
        }

        return Ed25519Verifier.AreValid(messages)
            ? null
            : entries.Select(e => e.SignatureFault()).FirstOrDefault(f => f is not null);
    }

    private static byte[] Digest(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes[..^SHA256.HashSizeInBytes]);

    private static EvidenceLeaf Read(ILedger ledger, Checkpoint checkpoint, long index) =>
        LedgerLeaf.TryDecode(ledger.Read(index) ?? [], out LedgerLeaf? leaf, out string? reason)
            ? new EvidenceLeaf(index, leaf, ledger.ProveInclusion(index, checkpoint.Size))
            : throw new IOException($"leaf {index}: {reason}; audit the ledger");

    /// <summary>Places records in their order: by leaf, kind and id.</summary>
    private static byte[] Place(EvidenceRecord r) => Place(r.Leaf, r.Kind, r.Id);

    private static byte[] Place(long leaf, Shape kind, byte[] id) => [.. Ids.Number(leaf), .. Ids.Text(kind.Name), 0, .. id];

    internal static List<T> Many<T>(CborReader r, int max, Func<CborReader, T> read)
    {
        if (r.ReadStartArray() is not int count || count > max)
        {
            throw new CborContentException("too many items");
        }

        var items = new List<T>();
        for (int i = 0; i < count; i++)
        {
            items.Add(read(r));
        }

        r.ReadEndArray();
        return items;
    }

    private static EvidenceLeaf ReadLeaf(CborReader r)
    {
        Expect(r.ReadStartArray() == 3);
        long index = r.ReadInt64();
        Expect(LedgerLeaf.TryDecodeUnverified(r.ReadByteString(), out LedgerLeaf? leaf, out _));
        List<ReadOnlyMemory<byte>> path = Many<ReadOnlyMemory<byte>>(r, MaxPath, x => x.ReadByteString());
        r.ReadEndArray();
        Expect(index >= 0 && path.All(p => p.Length == MerkleHash.Size));
        return new EvidenceLeaf(index, leaf!, path);
    }

    internal static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new CborContentException("not a part of an evidence bundle");
        }
    }
}
