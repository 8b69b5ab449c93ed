namespace ZkHealth.Accountability;

/// <summary>Members and their keys.</summary>
internal static class MemberRules
{
    /// <summary>The largest factor of a member: a thousand, in parts per million.</summary>
    public const long MaxFactor = 1000 * Fees.Million;

    /// <summary>The longest time of a key.</summary>
    public const long LongestKey = 10 * 365 * Durations.Day;

    /// <summary>The scopes of a key.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["serve", "request", "money", "govern", "attest"];

    /// <summary>Determines whether a subject is a member with the role.</summary>
    public static bool Has(Change c, string? subject, string role) =>
        subject is not null && c.Find(Records.Member, subject) is Row m && m.Codes("roles").Contains(role);

    /// <summary>The members with a role, ascending.</summary>
    public static IEnumerable<Row> Of(Change c, string role) =>
        c.Members.Select(s => c.Find(Records.Member, s)!).Where(m => m.Codes("roles").Contains(role));

    /// <summary>The credit of a member at a time.</summary>
    public static long CreditOf(Row member, long time) =>
        Credit.At(time, member.Whole("admitted"), member.List<Row>("breaches").Select(b => (b.Whole("time"), b.Whole("points"))));

    /// <summary>`compromised`: from this leaf on the key signs nothing; what it signed stays, and so does its holder's
    /// liability.</summary>
    public static void Revoke(Change c, Row body)
    {
        byte[] id = body.Bytes("key");
        Row? key = c.Find(Records.Key, id);
        if (c.Require(key is not null && key.Code("subject") == c.Signer, "UNKNOWN_KEY"))
        {
            c.Put(id, key!.With("revoked", true));
        }
    }

    /// <summary>Takes a member in with its keys; a subject that was one keeps the time of its first admission and its
    /// breaches.</summary>
    public static void Admit(Change c, string subject, IEnumerable<string> roles, string kind, long factor, bool founder)
    {
        Row? before = c.Find(Records.Member, subject);
        c.Put(
            subject,
            before is null
                ? Records.Member.Row(subject, roles, kind, factor, c.Time, founder, false, Array.Empty<Row>())
                : before.With("roles", roles).With("kind", kind).With("factor", factor).With("suspended", false)
        );
    }

    /// <summary>Adds the first key of a member that governance admitted, with the scopes and the end that were
    /// approved.</summary>
    public static void AddKey(Change c, string subject, byte[] key, IEnumerable<string> scopes, long until)
    {
        if (c.Find(Records.Key, key) is null)
        {
            c.Put(key, Records.Key.Row(subject, scopes, c.Time, until, false));
        }
    }
}
