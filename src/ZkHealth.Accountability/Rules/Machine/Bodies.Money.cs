using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>Bodies about money: deposits, values of use, shares, payouts and rails.</summary>
internal static partial class Bodies
{
    public static readonly Shape DepositPaid = new("depositPaid", new("agreement", Digest), new("amount", Whole));
    public static readonly Shape MoneyReceived = new("moneyReceived", new("subject", Code), new("amount", Whole));

    public static readonly Shape ValueReported = new(
        "valueReported",
        new("agreement", Digest),
        new("period", Whole),
        new("cumulative", Whole)
    );

    public static readonly Shape ShareClaimed = new("shareClaimed", new("agreement", Digest), new("period", Whole));
    public static readonly Shape PayoutRecorded = new("payoutRecorded", new("account", Bytes(1, 66)), new("amount", Whole));

    /// <summary>A contract on a chain.</summary>
    public static readonly Shape Contract = new("contract", new("chain", Whole), new("contract", FieldType.Address));

    /// <summary>A contract, and the address that it pays to.</summary>
    public static readonly Shape Payee = new(
        "payee",
        new("chain", Whole),
        new("contract", FieldType.Address),
        new("address", FieldType.Address)
    );

    public static readonly Shape RailChosen = new("railChosen", new Field("rail", SetOf(RowOf(Payee), 1)));
    public static readonly Shape PayoutClaimed = new("payoutClaimed", new Field("amount", Whole));
    public static readonly Shape RailDrawn = new("railDrawn", new("contract", RowOf(Contract)), new("amount", Whole));

    public static readonly Shape ChainStated = new(
        "chainStated",
        new("contract", RowOf(Contract)),
        new("what", Code),
        new("about", SetOf(Bytes(1, 66), 1)),
        new("cumulative", Whole),
        new("block", Whole)
    );
}
