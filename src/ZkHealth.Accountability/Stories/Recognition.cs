namespace ZkHealth.Accountability;

/// <summary>
/// Two cities, each with a ledger of its own. The province recognises the city's log and its rules; a hospital there recognises
/// an examination by a bundle of the city's log, so that it is not repeated. The city corrects it, and a later bundle ends the
/// recognition: nobody is in breach anywhere.
/// </summary>
internal static class Recognition
{
    /// <summary>Plays it; both regions need ledgers.</summary>
    public static StoryEnd Play(Stage stage)
    {
        Region city = stage.Found(),
            province = stage.Found("province");
        byte[] examination = Region.Digest("examination");
        city.Register("hospital", "examination", "DICOM");
        Row first = city.Fact(Records.Asset, examination);
        bool unknown = province.Do("fact recognised", "centre", first).Codes.SequenceEqual(["UNKNOWN_LOG"]);
        byte[] proposal = province.Propose(
            "commission-a",
            "recognise",
            code: city.Origin,
            number: 1,
            about: Manifest.Digest,
            key: city.LogKey.Key.Encode()
        );
        province.Approve(proposal, "commission-a", "commission-b", "hospital");
        city.Wait(14 * Durations.Day);
        province.Wait(14 * Durations.Day);
        bool recognised = province.Do("fact recognised", "centre", first).Kind == OutcomeKind.Accepted;
        Row known = province.All(Records.Fact).Single();

        // the old bundle is genuine and shows no other value
        bool old = province.Do("fact cancelled", "hospital", first).Kind == OutcomeKind.Refused;
        city.Do("asset corrected", "hospital", Bodies.AssetCorrected.Row(examination, Region.Digest("examination, corrected")));
        province.Do("fact cancelled", "hospital", city.Fact(Records.Asset, examination));
        bool aged = known.Whole("until") == Region.Start + (180 * Durations.Day);
        bool ended = province.All(Records.Fact).Single().Flag("cancelled");
        bool nobody = city.Breaches.Count == 0 && province.Breaches.Count == 0;
        return new(city, unknown && recognised && aged && old && ended && nobody, "RECOGNITION");
    }
}
