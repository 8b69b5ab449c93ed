namespace ZkHealth.Accountability.Tests.Region;

using Region = ZkHealth.Accountability.Region;

/// <summary>Members that are admitted in a test, by the two classes of governance that have to agree.</summary>
internal static class Admissions
{
    /// <summary>Proposes to admit a member to a role, has it approved, and waits until it takes effect.</summary>
    /// <param name="r">The region.</param>
    /// <param name="subject">The member.</param>
    /// <param name="role">Its role.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="scopes">The scopes of its key.</param>
    /// <param name="key">The name of its key; its own where there is none.</param>
    public static void Admit(this Region r, string subject, string role, string kind, string[] scopes, string? key = null)
    {
        long until = r.Time + (400 * Durations.Day);
        byte[] admitted = Region.Key(key ?? subject);
        byte[] proposal = r.Propose("commission-a", "admit", subject, role, kind, Fees.Million, null, admitted, scopes, until);
        r.Approve(proposal, "commission-a", subject == "hospital" ? "centre" : "hospital");
        r.Wait(14 * Durations.Day);
    }
}
