namespace ZkHealth.Accountability;

/// <summary>
/// One per cent, paid on a chain: user, hospital, operator and a patient have their accounts with a contract, the centre its own
/// with the treasury, which draws the centre's part from the contract. The contract is played by what is stated of it.
/// </summary>
internal static class ChainStory
{
    /// <summary>Plays it.</summary>
    public static StoryEnd Play(Stage stage)
    {
        Region r = stage.Found();
        Row contract = r.AdoptRails("escrow")[0];
        foreach (string member in (string[])["maker", "hospital", "operator", "treasury"])
        {
            r.Choose(member, contract);
        }

        byte[] agreement = RegionStories.Sell(r, contract);
        r.Choose("ann", contract);
        r.Do("share claimed", "ann", Bodies.ShareClaimed.Row(agreement, 0));
        bool drawable = r.Drawable("hospital") == 58_666 && r.Drawable("operator") == 2_000 && r.Drawable("ann") == 2_000;

        // the contract has paid the hospital: said again, or less, it is refused, and the treasury does not pay it once more
        byte[] hospital = Ids.Text("hospital");
        r.State(contract, "paid", hospital, 58_666, block: 7);
        bool once =
            r.State(contract, "paid", hospital, 58_666, block: 8).Codes.SequenceEqual(["DUPLICATE"])
            && r.State(contract, "paid", hospital, 58_667, block: 8).Codes.SequenceEqual(["AMOUNT"])
            && r.Do("payout recorded", "treasury", Bodies.PayoutRecorded.Row(hospital, 1)).Codes.Contains("RAIL");

        // the centre is paid by the treasury, with money that lay in the contract
        Row pay = Bodies.PayoutRecorded.Row(Ids.Text("centre"), 29_333);
        bool first = r.Do("payout recorded", "treasury", pay).Codes.SequenceEqual(["AMOUNT"]);
        r.Do("rail drawn", "treasury", Bodies.RailDrawn.Row(contract, 29_333));
        bool then = r.Do("payout recorded", "treasury", pay).Kind == OutcomeKind.Accepted;
        return new(r, drawable && once && first && then && r.MoneyMissing() == 0 && r.RailsMissing() == 0, "FEE");
    }
}
