namespace ZkHealth.Accountability;

/// <summary>Audits of rule sets: what auditors say of a manifest before governance may adopt it.</summary>
internal static class SignOffRules
{
    /// <summary>`audit signed`, by an auditor; a later word of the same auditor replaces the earlier one.</summary>
    public static void Sign(Change c, Row body)
    {
        byte[] manifest = body.Bytes("manifest");
        c.Require(MemberRules.Has(c, c.Signer, "auditor"), "ROLE");
        if (c.IsRefused)
        {
            return;
        }

        Row before = c.Find(Records.SignOff, manifest) ?? Records.SignOff.Row(Array.Empty<string>(), Array.Empty<string>());
        string[] passed = [.. before.Codes("passed").Where(s => s != c.Signer)],
            failed = [.. before.Codes("failed").Where(s => s != c.Signer)];
        c.Put(
            manifest,
            body.Flag("passed")
                ? Records.SignOff.Row(passed.Append(c.Signer!), failed)
                : Records.SignOff.Row(passed, failed.Append(c.Signer!))
        );
    }

    /// <summary>Determines whether a manifest has been audited: enough auditors passed it, and none failed it.</summary>
    public static bool IsAudited(Change c, byte[] manifest) =>
        c.Find(Records.SignOff, manifest) is Row row
        && row.Codes("passed").Count >= c.Param(Parameter.SignOffs)
        && row.Codes("failed").Count == 0;
}
