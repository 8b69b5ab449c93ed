namespace ZkHealth.Accountability;

/// <summary>Steps of provenance: who made which data of which, signed by the agent of the step, so that a value that a platform
/// altered is not the provider's.</summary>
internal static class StepRules
{
    /// <summary>`step signed`: of a registered data set, or of what another step made; one step an output.</summary>
    public static void Sign(Change c, Row body)
    {
        byte[] input = body.Bytes("input"),
            id = Id(body.Bytes("output"));
        c.Require(c.Find(Records.Asset, input) is not null || c.Find(Records.Step, Id(input)) is not null, "UNKNOWN_SOURCE");
        c.Require(AssetRules.IsStandard(c, body.Code("standard")), "STANDARD");
        c.Require(c.Find(Records.Step, id) is null, "DUPLICATE");
        if (!c.IsRefused)
        {
            c.Put(id, Records.Step.Row(c.Signer!, input, body.Code("standard"), body.List<byte[]>("mapping"), c.Time));
        }
    }

    /// <summary>The id of the step that made an output.</summary>
    public static byte[] Id(byte[] output) => Ids.Of("step", output);
}
