using System.Security.Cryptography;
using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>The second half of a member's work: one signature under the set, one share of the beacon, one share of the
/// sum.</summary>
public sealed partial class CommitteeMember
{
    /// <summary>
    /// After D4: signs the set of contributors as the board shows it, once. Refuses where the session ends by its rules (and says
    /// so, by its word for cut-off 5, so that its data sets are free), and where it has signed exact numbers of the same data set
    /// for another set of owners in a session that is frozen or still can be.
    /// </summary>
    public StepOutcome Freeze()
    {
        if (ReadView(out SessionView? view) is StepOutcome refused)
        {
            return refused;
        }

        if (view!.Terms.ShareIndexOf(Self) == 0)
        {
            return StepOutcome.Refused("it is not in the committee");
        }

        if (view.Ended is string ended)
        {
            if (view.CutOffs[4] < 0)
            {
                AppendOnce(_board, BoardKinds.PhaseClosed, _sid, new PhaseClosed(PhaseClosed.Last).Encode());
            }

            return StepOutcome.Refused(ended, view.Findings);
        }

        if (view.Settled is not SettledSet settled)
        {
            return StepOutcome.Pending("cut-off 4 has not come");
        }

        if (view.Frozen is null && HasGivenUp())
        {
            return StepOutcome.Refused("it has said that the time of signatures is over", view.Findings);
        }

        if (DetectRollback(view, Signing, SigningRecords) is StepOutcome forgotten)
        {
            return forgotten;
        }

        AggregationTerms terms = view.Terms;
        if (terms.Noise is null && SignedForOthers(terms, settled.Set.Contributors) is StepOutcome bound)
        {
            return bound;
        }

        var messages = new MessageList();
        messages.Add(
            BoardKinds.ContributorSetSignature,
            new ContributorSetSignature(view.At, settled.Set.Contributors, settled.Set.BeaconDealers).Encode()
        );
        MessageList stored = MessageList.Decode(_state.StoreOnce("freeze-" + _name, messages.Encode()));

        // what was signed before stands; that it is the set of this view follows from the checkpoints, and is looked at all the
        // same
        return !IsUnder(settled.Digest, stored, view.Session)
            ? StepOutcome.Refused("it has signed another set of this session")
            : StepOutcome.Done(Post(stored), view.Findings);
    }

    /// <summary>After Q signatures, in a session with noise: the share of the beacon, once.</summary>
    public StepOutcome ShareBeacon() =>
        Answer(
            "beacon-",
            (frozen, member, key) =>
            {
                if (frozen.Session.Terms.Noise is null)
                {
                    return (null, StepOutcome.Refused("the session has no beacon"));
                }

                var sum = new Scalar[2];
                return ShareSums.TryAdd(frozen, member, key, frozen.Set.BeaconDeals, Ciphertexts(frozen, member), (_, _) => sum)
                    ? ((BoardKinds.BeaconShare, new BeaconShare(frozen.Digest, sum[0], sum[1]).Encode()), null)
                    : (null, StepOutcome.Refused("a share of the beacon is missing or bad", frozen.Findings));
            }
        );

    /// <summary>
    /// After Q signatures, and where there is noise after the beacon: the share of the sum, once. It opens only what the terms
    /// ask for: the values of the weight rows with a linear proof, or the whole vector where they ask for that.
    /// </summary>
    public StepOutcome Share() =>
        Answer(
            "share-",
            (frozen, member, key) =>
            {
                if (frozen.AwaitsBeacon)
                {
                    return (null, StepOutcome.Pending("the beacon is not open"));
                }

                SumShare? share;
                if (!frozen.Session.Terms.IsWholeVector)
                {
                    share = ShareSums.OfValues(frozen, member, key, Ciphertexts(frozen, member));
                }
                else
                {
                    byte[]? vector = PutVector(frozen, member, key);
                    share = vector is null ? null : new SumShare(frozen.Digest, vector, default);
                }

                return share is null
                    ? (null, StepOutcome.Refused("a share is missing or bad", frozen.Findings))
                    : ((BoardKinds.SumShare, share.Encode()), null);
            }
        );

    /// <summary>Gives the share of the beacon where the session has one and it is not open, then the share of the sum.</summary>
    internal StepOutcome ShareAll()
    {
        StepOutcome outcome = Share();
        return outcome.Status == StepStatus.Pending && ShareBeacon().IsDone ? Share() : outcome;
    }

    /// <summary>Erases the key of the session: after its result, what was dealt to the member cannot be decrypted
    /// again.</summary>
    public void EraseKey(AggregationTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        _state.Replace(KeyRecord(terms.Digest()), []);
    }

    /// <summary>The records of signatures and answers in this session.</summary>
    private string[] SigningRecords => ["freeze-" + _name, "beacon-" + _name, "share-" + _name];

    private StepOutcome Answer(
        string record,
        Func<FrozenSet, int, Scalar, ((string Kind, byte[] Body)? Message, StepOutcome? Refusal)> make
    )
    {
        if (ReadView(out SessionView? view) is StepOutcome refused)
        {
            return refused;
        }

        int member = view!.Terms.ShareIndexOf(Self);
        if (member == 0 || ReadKey(view) is not Scalar key)
        {
            return WithoutKey(view);
        }

        if (view.Settled is not SettledSet settled || view.Ended is not null)
        {
            return view.Ended is null
                ? StepOutcome.Pending("cut-off 4 has not come")
                : StepOutcome.Refused(view.Ended, view.Findings);
        }

        if (view.Frozen is not FrozenSet frozen)
        {
            return StepOutcome.Pending($"{settled.Signers.Count} members have signed the set, {view.Terms.Quorum} are needed");
        }

        if (DetectRollback(view, Signing, SigningRecords) is StepOutcome forgotten)
        {
            return forgotten;
        }

        // its own signature, if it gave one, is under this set: it never opens another
        if (_state.Read("freeze-" + _name) is byte[] signed && !IsUnder(frozen.Digest, MessageList.Decode(signed), view.Session))
        {
            return StepOutcome.Refused("it has signed another set of this session");
        }

        byte[]? stored = _state.Read(record + _name);
        if (stored is null)
        {
            ((string Kind, byte[] Body)? message, StepOutcome? refusal) = make(frozen, member, key);
            if (message is not { } answer)
            {
                return refusal!;
            }

            var messages = new MessageList();
            messages.Add(answer.Kind, answer.Body);
            stored = _state.StoreOnce(record + _name, messages.Encode());
        }

        MessageList said = MessageList.Decode(stored);
        if (
            said.Items[0].Kind == BoardKinds.SumShare
            && view.Terms.IsWholeVector
            && SumShare.TryDecode(said.Items[0].Body, out SumShare? share, out _)
            && _board.Blobs.Read(share.Values.Span, DealLayout.Of(view.Terms, DealRole.Contribution).ShareSize) is null
        )
        {
            // stored, and killed before the vector lay beside the board: it is the same again
            PutVector(frozen, member, key);
        }

        return StepOutcome.Done(Post(said), view.Findings);
    }

    /// <summary>Determines whether a signature that was stored is under this set.</summary>
    private static bool IsUnder(byte[] setDigest, MessageList stored, AggregationSession session) =>
        Aggregation.ContributorSetSignature.TryDecode(stored.Items[0].Body, out ContributorSetSignature? signed, out _)
        && signed.SetDigest(session).AsSpan().SequenceEqual(setDigest);

    /// <summary>Puts the summed shares of the vector beside the board. Returns their hash; null where a share is missing or
    /// bad.</summary>
    private byte[]? PutVector(FrozenSet frozen, int member, in Scalar key) =>
        ShareSums.OfVector(frozen, member, key, Ciphertexts(frozen, member)) is byte[] sums ? _board.Blobs.Put(sums) : null;

    /// <summary>The ciphertexts for the member: as they were delivered, or as it has kept them.</summary>
    private Func<CheckedDealing, byte[]?> Ciphertexts(FrozenSet frozen, int member) =>
        deal => frozen.Checks.Ciphertext(deal, member) ?? _state.Read(HeldRecord(deal, member));

    private bool HasGivenUp()
    {
        byte[] word = new PhaseClosed(PhaseClosed.Last).Encode();
        return _board
            .Find(BoardKinds.PhaseClosed, _sid)
            .Any(p => _board.Read(p) is BoardEntry entry && entry.Author == Self && entry.Body.Span.SequenceEqual(word));
    }

    /// <summary>
    /// The reason that forbids this member to sign: it has signed exact numbers of the data set for another set that shares an
    /// owner, in a session that is frozen, or still can be. One that is void binds it no longer: else an entry at the right
    /// moment would make a committee unusable for a data set. Notes the set where nothing forbids it.
    /// </summary>
    private StepOutcome? SignedForOthers(AggregationTerms terms, IReadOnlyList<PartyId> contributors)
    {
        string record = "exact-" + Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(terms.DataSet)));
        List<SignedSet> noted = SignedSet.Decode(_state.Read(record) ?? []);
        var sessions = new StandingSessions(new EntrySource(_board));
        foreach (SignedSet other in noted.Where(n => !n.Session.AsSpan().SequenceEqual(_sid) && n.Differs(contributors)))
        {
            // a session that this board does not hold binds as well: what was signed elsewhere was signed
            bool known = _board.Find(BoardKinds.Open, other.Session).Count > 0;
            StandingSession? standing = known ? sessions.Find(other.Session) : null;
            string name = Convert.ToHexStringLower(other.Session);
            if (!known || standing is { IsFrozen: true })
            {
                return StepOutcome.Refused(
                    $"it has signed exact numbers of this data set for another set of owners, in session {name}"
                );
            }

            if (standing is not null)
            {
                return StepOutcome.Pending(
                    $"it has signed exact numbers of this data set for another set of owners, and session {name} can still be frozen: {terms.Threshold} "
                        + "members say by cut-off 5 that its time is over, or it is waited for"
                );
            }
        }

        noted.Add(new SignedSet(_sid, [.. contributors]));
        _state.Replace(record, SignedSet.Encode(noted));
        return null;
    }
}
