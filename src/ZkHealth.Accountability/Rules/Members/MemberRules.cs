using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>Members and their keys.</summary>
internal static class MemberRules
{
    /// <summary>The largest factor of a member: a thousand, in parts per million.</summary>
    public const long MaxFactor = 1000 * Fees.Million;

    /// <summary>The longest time of a key.</summary>
    public const long LongestKey = 10 * 365 * Durations.Day;

    /// <summary>Determines whether factors are within bounds: that of a provider in fees, and the one of the shares of its
    /// patients, where they are remote, which is not zero.</summary>
    public static bool AreFactors(long factor, IReadOnlyList<long> remote) =>
        factor <= MaxFactor && remote.All(r => r is > 0 and <= MaxFactor);

    private const string Representative = "representative";

    /// <summary>The scopes of a key.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["serve", "request", "money", "govern", "attest"];

    /// <summary>Determines whether a subject is a member with the role.</summary>
    public static bool Has(Change c, string? subject, string role) =>
        subject is not null && c.Find(Records.Member, subject) is Row m && m.Codes("roles").Contains(role);

    /// <summary>`convention signed`, by a member that was admitted later: all documents that the charter names.</summary>
    public static void SignConvention(Change c, Row body)
    {
        IEnumerable<string> documents = body.List<byte[]>("documents").Select(Convert.ToHexString).Order();
        IEnumerable<string> inForce = TableRules.DocumentsInForce(c).Select(Convert.ToHexString).Order();
        c.Require(documents.Any() && documents.SequenceEqual(inForce), "DOCUMENTS");
        if (!c.IsRefused)
        {
            c.Put(c.Signer!, Records.Signed.Row(body.List<byte[]>("documents"), c.Time));
        }
    }

    /// <summary>Determines whether a member is bound by the charter's documents: it signed the charter, or them.</summary>
    public static bool IsBound(Change c, Row member) =>
        member.Flag("founder")
        || c.Find(Records.Signed, member.Code("subject")) is not null
        || TableRules.DocumentsInForce(c).Count == 0;

    /// <summary>Determines whether patients are represented by somebody without another post at a member.</summary>
    public static bool HasOnePost(IReadOnlyCollection<string> roles) => roles.Count <= 1 || !roles.Contains(Representative);

    /// <summary>Determines whether a representative of the patients is named by an organisation of the charter: the key with the
    /// digest that its table gives signs along.</summary>
    public static bool IsNamed(Change c, string role) =>
        role != Representative
        || !TableRules.Has(c, TableRules.Organisations)
        || TableRules
            .Rows(c, TableRules.Organisations)
            .SelectMany(r => r.List<byte[]>("digest"))
            .Any(d => c.Along(k => SHA256.HashData(k).AsSpan().SequenceEqual(d)).Count > 0);

    /// <summary>The members with a role, ascending.</summary>
    public static IEnumerable<Row> Of(Change c, string role) => c.MembersOf(role).Select(s => c.Find(Records.Member, s)!);

    /// <summary>The members with a role that they had at a time before already: nobody answers for what was others' to
    /// do.</summary>
    public static IReadOnlyList<Row> Of(Change c, string role, long since) =>
        [.. Of(c, role).Where(m => m.Whole("admitted") <= since && RosterRules.HasBeen(c, m, role, c.Time - since))];

    /// <summary>The credit of a member at a time.</summary>
    public static long CreditOf(Row member, long time) =>
        Credit.At(time, member.Whole("admitted"), member.List<Row>("breaches").Select(b => (b.Whole("time"), b.Whole("points"))));

    /// <summary>Determines whether a subject differs from every other one by more than its case: one registered number is one
    /// member.</summary>
    public static bool IsAlone(Change c, string subject) =>
        c.Members.All(s => s == subject || !s.Equals(subject, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes a member in with its first key, scopes and end as they were approved; a subject that was one keeps the
    /// time of its first admission and its breaches.</summary>
    public static void Admit(Change c, Row terms, bool founder)
    {
        string subject = terms.Codes("subject")[0];
        Row? before = c.Find(Records.Member, subject);
        string[] roles = [.. (before?.Codes("roles") ?? []).Union(terms.Codes("code"))];
        if (before is null)
        {
            Put(
                c,
                subject,
                roles,
                terms.Codes("kind")[0],
                terms.Whole("number"),
                terms.List<long>("remote"),
                terms.Whole("until"),
                founder
            );
        }
        else
        {
            foreach (string role in terms.Codes("code").Except(before.Codes("roles")))
            {
                // who takes the place of a silent class decides at once
                RosterRules.Note(c, subject, role, founder ? 0 : c.Time);
            }

            c.Put(
                subject,
                before
                    .With("roles", roles)
                    .With("kind", terms.Codes("kind")[0])
                    .With("factor", terms.Whole("number"))
                    .With("remote", terms.List<long>("remote").Cast<object>().ToList())
                    .With("notAfter", terms.Whole("until"))
                    .With("suspended", false)
            );
        }

        if (c.Find(Records.Key, terms.List<byte[]>("key")[0]) is null)
        {
            KeyRules.Put(c, subject, terms.List<byte[]>("key")[0], terms.Codes("scopes"), terms.Whole("until"));
        }
    }

    /// <summary>Writes a new member.</summary>
    public static void Put(
        Change c,
        string subject,
        IEnumerable<string> roles,
        string kind,
        long factor,
        IReadOnlyList<long> remote,
        long notAfter,
        bool founder
    ) =>
        c.Put(
            subject,
            Records.Member.Row(
                subject,
                roles,
                kind,
                factor,
                remote.Cast<object>().ToList(),
                c.Time,
                notAfter,
                Array.Empty<byte[]>(),
                founder,
                false,
                Array.Empty<Row>()
            )
        );
}
