namespace ZkHealth.Accountability;

/// <summary>
/// Agreements under which a member owes fees, the oldest first, each in a record of its own: one that comes or goes rewrites no
/// others, or whoever owes under very many agreements would make each of them dear.
/// </summary>
internal static class Debts
{
    /// <summary>The agreement that has been owed under for longest, or null.</summary>
    public static byte[]? Oldest(Change c, string subject) =>
        c.Find(Records.Debts, subject) is Row debts && debts.Whole("first") < debts.Whole("next")
            ? c.Find(Records.Debt, Id(subject, debts.Whole("first")))!.Bytes("agreement")
            : null;

    /// <summary>All agreements under which a member owes fees, the oldest first.</summary>
    public static IEnumerable<byte[]> Of(ContractState state, string subject)
    {
        Row? debts = state.Find(Records.Debts, subject);
        for (long place = debts?.Whole("first") ?? 0; place < debts?.Whole("next"); place++)
        {
            // one that was paid off before an older one leaves its place empty
            if (state.Find(Records.Debt, Id(subject, place)) is Row debt)
            {
                yield return debt.Bytes("agreement");
            }
        }
    }

    /// <summary>Notes whether a member owes anything under an agreement.</summary>
    public static void Note(Change c, string subject, byte[] agreement, bool owes)
    {
        Row? place = c.Find(Records.Counter, PlaceId(agreement));
        if (owes == (place is not null))
        {
            return;
        }

        Row debts = c.Find(Records.Debts, subject) ?? Records.Debts.Row(0, 0);
        long first = debts.Whole("first"),
            next = debts.Whole("next");
        if (owes)
        {
            c.Put(PlaceId(agreement), Records.Counter.Row(next));
            c.Put(Id(subject, next), Records.Debt.Row(agreement));
            c.Put(subject, Records.Debts.Row(first, next + 1));
            return;
        }

        c.Remove(Records.Counter, PlaceId(agreement));
        c.Remove(Records.Debt, Id(subject, place!.Whole("count")));

        // places that were paid off before the oldest are passed once
        while (first < next && c.Find(Records.Debt, Id(subject, first)) is null)
        {
            first++;
        }

        c.Put(subject, Records.Debts.Row(first, next));
    }

    /// <summary>The id of a place among the debts of a member.</summary>
    public static byte[] Id(string subject, long place) => Ids.Of("debt", Ids.Text(subject), Ids.Number(place));

    private static byte[] PlaceId(byte[] agreement) => Ids.Of("place of debt", agreement);
}
