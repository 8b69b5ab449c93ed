using System.Text;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>The money, credit and breaches of a region now, and the proofs of them.</summary>
internal sealed partial class Region
{
    /// <summary>The balance of the account of a member or handle.</summary>
    public long Balance(string name) =>
        (
            State.Find(Accountability.Records.Account, Encoding.UTF8.GetBytes(name))
            ?? State.Find(Accountability.Records.Account, Key(name))
        )?.Whole("amount") ?? 0;

    /// <summary>The amount of a fund.</summary>
    public long Fund(string name) => State.Find(Accountability.Records.Fund, name)?.Whole("amount") ?? 0;

    /// <summary>The credit of a member.</summary>
    public long Credit(string name) => State.CreditOf(name) ?? throw new ArgumentException($"no member {name}", nameof(name));

    /// <summary>The amount that the owner of an account may draw from contracts in all.</summary>
    public long Drawable(string name) =>
        All(Accountability.Records.Entitlement)
            .Where(e =>
                e.Bytes("account").AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(name))
                || e.Bytes("account").AsSpan().SequenceEqual(Key(name))
            )
            .Sum(e => e.Whole("amount"));

    /// <summary>The balances of all accounts, by their ids in hexadecimal.</summary>
    public IReadOnlyDictionary<string, long> Accounts =>
        _records
            .Keys.Where(k => k.Kind == Accountability.Records.Account.Name)
            .ToDictionary(
                k => k.Id.ToLowerInvariant(),
                k => State.Find(Accountability.Records.Account, Convert.FromHexString(k.Id))!.Whole("amount")
            );

    /// <summary>All records of a kind.</summary>
    public IEnumerable<Row> All(Shape kind) =>
        _records
            .Where(r => r.Key.Kind == kind.Name)
            .OrderBy(r => r.Key.Id, StringComparer.Ordinal)
            .Select(r =>
                kind.TryDecode(r.Value, out Row? row)
                    ? row
                    : throw new InvalidOperationException($"a record of {kind.Name} is not one")
            );

    /// <summary>Names who is in breach of what, without what is void.</summary>
    public IReadOnlyList<string> Breaches =>
        [
            .. All(Accountability.Records.Breach)
                .Where(b => !BreachRules.IsVoid(b))
                .Select(b => $"{b.Code("subject")} {b.Code("rule")}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The money that came in, less what lies anywhere: 0 after every entry.</summary>
    public Int128 MoneyMissing() => Fund(Funds.Received) - Inside() - Fund(Funds.PaidOut);

    /// <summary>The money that lies on the rails, less what the books owe: 0 after every entry.</summary>
    public Int128 RailsMissing()
    {
        Int128 free = All(Accountability.Records.Rail).Aggregate((Int128)0, (s, r) => s + r.Whole("free"));
        return All(Accountability.Records.Escrow)
                .Where(e => !e.Flag("released"))
                .Aggregate(free, (s, e) => s + e.Whole("paid") - e.Whole("cut")) - Inside();
    }

    /// <summary>All money in the books.</summary>
    private Int128 Inside()
    {
        Int128 lies = All(Accountability.Records.Account).Aggregate((Int128)0, (s, r) => s + r.Whole("amount"));
        lies += All(Accountability.Records.Agreement).Aggregate((Int128)0, (s, r) => s + r.Whole("locked"));
        lies += All(Accountability.Records.Breach).Aggregate((Int128)0, (s, r) => s + r.Whole("held"));
        lies += All(Accountability.Records.Pool).Aggregate((Int128)0, (s, r) => s + r.Whole("amount") - r.Whole("claimed"));
        return lies + Fund(Funds.Dust) + Fund(Funds.Patients);
    }

    /// <summary>The body by which another log recognises a record as it is now: a tick carries its root.</summary>
    /// <exception cref="InvalidOperationException">The region has no ledger.</exception>
    public Row Fact(Shape kind, byte[] id)
    {
        Wait(0);
        return FactBundle.Of(Log, State, kind, id);
    }

    /// <summary>An evidence bundle of every leaf, and of what was decided: breaches, members, assets, agreements, requests,
    /// recalls, sanctions and proposals as they are now.</summary>
    public byte[] ProveAll()
    {
        Shape[] decided =
        [
            Accountability.Records.Breach,
            Accountability.Records.Member,
            Accountability.Records.Key,
            Accountability.Records.Asset,
            Accountability.Records.Agreement,
            Accountability.Records.Request,
            Accountability.Records.Recall,
            Accountability.Records.Sanction,
            Accountability.Records.Proposal,
        ];
        (Shape, byte[])[] records =
        [
            .. _records
                .Keys.Where(k => decided.Any(d => d.Name == k.Kind))
                .Select(k => (decided.First(d => d.Name == k.Kind), Convert.FromHexString(k.Id))),
        ];
        Wait(0);
        return Prove(_steps.Select(s => s.Index), records);
    }

    private SqliteLedger Log => _ledger ?? throw new InvalidOperationException("a region in memory has no log to prove from");

    private byte[] Prove(IEnumerable<long> leaves, (Shape Kind, byte[] Id)[] records)
    {
        long leaf = _steps[^1].Index;
        return Evidence.Make(Log, leaves.Append(leaf), records.Select(r => new StateQuestion(leaf, r.Kind, r.Id))).Encode();
    }
}
