using ZkHealth.Fields;

namespace ZkHealth.Aggregation;

/// <summary>The checks of a member until cut-off 4: of what was dealt to it, and of what was posted because it had not
/// come.</summary>
public sealed partial class CommitteeMember
{
    /// <summary>
    /// After D1: decrypts and checks the shares of every valid dealing, then posts complaints and a receipt. After that, until
    /// D4, checks what had not come and was posted, and says so; posts what it can read of what others ask for; and gives its
    /// word about what is too long for the log. Void dealings are never touched: nothing is computed with their E.
    /// </summary>
    public StepOutcome Check()
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

        if (view.Checks is not SessionChecks checks)
        {
            return StepOutcome.Pending("the cut-off for dealings has not come");
        }

        string record = "checked-" + _name;
        if (DetectRollback(view, Checking, record) is StepOutcome forgotten)
        {
            return forgotten;
        }

        if (_state.Read(record) is byte[] said)
        {
            return view.CutOffs[3] >= 0
                ? StepOutcome.AlreadyDone(-1, view.Findings)
                : CheckDelivered(view, checks, member, key, said);
        }

        if (view.CutOffs[1] >= 0)
        {
            return StepOutcome.Refused("the cut-off for receipts has come", view.Findings);
        }

        var messages = new MessageList();
        var bad = ShareComplaints.Check(view.Session, checks, member, key, [.. view.Deals.Values], messages);
        messages.Add(
            BoardKinds.ShareAcknowledgement,
            new ShareAcknowledgement([
                .. view.Deals.Values.Where(d => !bad.Contains(d)).Select(d => (ReadOnlyMemory<byte>)d.Digest),
            ]).Encode()
        );
        return StepOutcome.Done(Post(MessageList.Decode(_state.StoreOnce(record, messages.Encode()))), view.Findings);
    }

    /// <summary>
    /// Until D4: what was said already and is not on the board (after a kill) is said again; then its own ciphertexts that were
    /// posted when asked for, and those of others that it can answer for.
    /// </summary>
    private StepOutcome CheckDelivered(SessionView view, SessionChecks checks, int member, in Scalar key, byte[] said)
    {
        long position = Post(MessageList.Decode(said));
        foreach ((int asker, CheckedDealing deal) in checks.RequestedCiphertexts)
        {
            bool answer = view.CutOffs[2] < 0 && !checks.IsAnswered(asker, deal.Id);
            if ((answer || asker == member ? checks.Ciphertext(deal, asker) : null) is not byte[] bytes)
            {
                continue;
            }

            Keep(deal, asker, bytes);
            if (answer && bytes.Length <= CiphertextDisclosure.MaxInline)
            {
                position = Math.Max(
                    position,
                    AppendOnce(
                        _board,
                        BoardKinds.CiphertextDisclosure,
                        _sid,
                        new CiphertextDisclosure(deal.Id.Role, deal.Id.Dealer, asker, bytes).Encode()
                    )
                );
            }

            if (asker == member)
            {
                // of its own ciphertext it says that it holds it when it has checked it
                var messages = new MessageList();
                if (ShareComplaints.Check(view.Session, checks, member, key, [deal], messages).Count == 0)
                {
                    messages.Add(BoardKinds.Holding, Word(deal, member, HoldingWord.Held));
                }

                position = Math.Max(
                    position,
                    Post(MessageList.Decode(_state.StoreOnce(LateRecord(deal.Digest), messages.Encode())))
                );
            }
            else if (bytes.Length > CiphertextDisclosure.MaxInline)
            {
                position = Math.Max(position, AppendOnce(_board, BoardKinds.Holding, _sid, Word(deal, asker, HoldingWord.Held)));
            }
        }

        foreach ((int victim, CheckedDealing deal, Complaint complaint) in checks.Judged)
        {
            if (checks.Beside(deal, victim) is byte[] bytes && checks.IsBad(deal, victim, complaint, bytes))
            {
                position = Math.Max(position, AppendOnce(_board, BoardKinds.Holding, _sid, Word(deal, victim, HoldingWord.Bad)));
            }
        }

        return position < 0 ? StepOutcome.AlreadyDone(-1, view.Findings) : StepOutcome.Done(position, view.Findings);
    }

    private static byte[] Word(CheckedDealing deal, int member, HoldingWord word) =>
        new Holding(deal.Id.Role, deal.Id.Dealer, deal.Digest, member, word).Encode();

    /// <summary>Keeps the bytes of which it says that it holds them, whatever becomes of those beside the board.</summary>
    private void Keep(CheckedDealing deal, int member, byte[] ciphertext) =>
        _state.StoreOnce(HeldRecord(deal, member), ciphertext);

    private static string HeldRecord(CheckedDealing deal, int member) =>
        "held-" + Convert.ToHexStringLower(deal.CiphertextHash(member));
}
