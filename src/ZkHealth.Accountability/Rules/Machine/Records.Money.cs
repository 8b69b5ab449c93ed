using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>Records of money: accounts and where it lies, deposits, fees of periods, what is owed.</summary>
internal static partial class Records
{
    public static readonly Shape Account = new(
        "account",
        new("amount", Whole),
        new("paid", Whole),
        new("rail", SetOf(RowOf(Bodies.Payee), 1))
    );

    /// <summary>Money of the treasury or of a contract that is neither drawn nor a deposit.</summary>
    public static readonly Shape Rail = new("rail", new Field("free", Whole));

    /// <summary>The cumulative sum E that an account may draw from a contract, and what that is known to have paid.</summary>
    public static readonly Shape Entitlement = new(
        "entitlement",
        new("chain", Whole),
        new("contract", FieldType.Address),
        new("account", Bytes(1, 66)),
        new("address", FieldType.Address),
        new("amount", Whole),
        new("paid", Whole)
    );

    /// <summary>The deposit of an agreement: its rail, what was paid in, the cumulative cut C, and whether the rest goes
    /// back.</summary>
    public static readonly Shape Escrow = new(
        "escrow",
        new("rail", SetOf(RowOf(Bodies.Contract), 1)),
        new("paid", Whole),
        new("cut", Whole),
        new("released", Flag)
    );

    /// <summary>The last statement about a contract.</summary>
    public static readonly Shape Stated = new("stated", new("cumulative", Whole), new("block", Whole));

    /// <summary>A period of an agreement: the patients' part of what was paid, the value that was told for it, what is booked and
    /// paid, of what part of that the dust is given away, and by which weights it is split.</summary>
    public static readonly Shape Pool = new(
        "pool",
        new("amount", Whole),
        new("handles", Whole),
        new("weight", Whole),
        new("claimed", Whole),
        new("closed", Flag),
        new("lapsed", Flag),
        new("value", Whole),
        new("booked", Whole),
        new("paid", Whole),
        new("settled", Whole),
        new("weights", ListOf(Whole, 64)),
        new("operators", Codes)
    );

    /// <summary>The places of what a member owes fees for: from the oldest that is owed to the next that is free.</summary>
    public static readonly Shape Debts = new("debts", new("first", Whole), new("next", Whole));

    /// <summary>An agreement in its place among what a member owes fees for.</summary>
    public static readonly Shape Debt = new("debt", new Field("agreement", Digest));

    public static readonly Shape Fine = new("fine", new Field("amount", Whole), new Field("since", Whole));
    public static readonly Shape Fund = new("fund", new Field("amount", Whole));
    public static readonly Shape Weight = new("weight", new Field("value", Whole));
}
