using System.Security.Cryptography;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Names who may sign what and when: key, scope, number and end of an entry.</summary>
internal static class Signatures
{
    /// <summary>Adds the reasons against the signer of a kind of entry; notes the subject of its key, and takes its
    /// number.</summary>
    public static void Check(Change c, ActKind kind)
    {
        Act act = c.Act!;
        Row? key = c.Find(Records.Key, act.Signer);
        c.Signer = key?.Code("subject");
        c.Require(kind.Name is "charter" or "table adopted" || !TableRules.AreMissing(c), "TABLES_MISSING");
        if (kind.SignedBy == SignedBy.Member || (kind.SignedBy == SignedBy.MemberOrHandle && key is not null))
        {
            CheckMember(c, kind, key);
        }
        else
        {
            c.Require(kind.SignedBy != SignedBy.Handle || key is null, "SIGNER");
        }

        if (kind.IsRestricting)
        {
            c.Require(act.Sequence is null && act.NotAfter is null, "NUMBERED");
            byte[] id = RestrictingId(act);
            if (c.Require(c.Find(Records.Sequence, id) is null, "DUPLICATE") && !c.IsRefused)
            {
                c.Put(id, Records.Sequence.Row(c.Time));
            }

            return;
        }

        long next = c.Find(Records.Sequence, act.Signer)?.Whole("next") ?? 0;
        c.Require(act.Sequence == next, "NUMBER");
        c.Require(act.NotAfter is long end && c.Time < end && end - c.Time <= c.Param(Parameter.EntryLife), "EXPIRED");
        if (!c.IsRefused)
        {
            c.Put(act.Signer, Records.Sequence.Row(next + 1));
        }
    }

    /// <summary>The members that signed along by keys in force with a scope, of those that count; who is suspended signs nothing
    /// along. Whoever does is not silent.</summary>
    public static IReadOnlyList<string> Along(Change c, string scope, Func<string, bool> counts)
    {
        string[] found =
        [
            .. c.Along(k => Subject(c, k, scope) is string subject && counts(subject)).Select(k => Subject(c, k, scope)!),
        ];
        foreach (string subject in found)
        {
            See(c, subject);
        }

        return found;
    }

    /// <summary>Determines whether all of these signed along.</summary>
    public static bool HaveAll(Change c, string scope, IReadOnlyList<string> subjects)
    {
        IReadOnlyList<string> along = Along(c, scope, subjects.Contains);
        return subjects.All(along.Contains);
    }

    /// <summary>Determines whether a member of a role attests by signing along that is none of the parties.</summary>
    public static bool HaveOther(Change c, string role, params IReadOnlyCollection<string> parties) =>
        Along(c, "attest", s => !parties.Contains(s) && MemberRules.Has(c, s, role)).Count > 0;

    /// <summary>The id by which a restricting entry is known: SHA-256(signer ‖ body), of the body without those who sign along,
    /// or who adds a key of its own would say the same again.</summary>
    public static byte[] RestrictingId(Act act) =>
        SHA256.HashData([.. act.Signer, .. new EntryBody(Act.EntryKind(act.Kind), act.Signer, act.Body).Encode()]);

    private static void CheckMember(Change c, ActKind kind, Row? key)
    {
        if (!c.Require(key is not null, "SIGNER"))
        {
            return;
        }

        bool always = kind.IsRestricting || kind.IsConfession;
        long grace = kind.IsRestricting || kind.IsRenewal ? c.Param(Parameter.KeyGrace) : 0;
        c.Require(!key!.Flag("revoked"), "KEY_REVOKED");
        c.Require(key.Codes("scopes").Contains(kind.Scope), "SCOPE");
        long sent = kind.IsRestricting ? LatenessRules.EffectiveTime(c) : c.Time;
        c.Require(kind.IsConfession || InForce(c, key, sent - grace), "KEY_EXPIRED");
        c.Require(always || !c.Find(Records.Member, c.Signer!)!.Flag("suspended"), "SUSPENDED");
        if (!c.IsRefused)
        {
            See(c, c.Signer!);
        }
    }

    /// <summary>Notes once a day that a member has signed something.</summary>
    private static void See(Change c, string subject)
    {
        if ((c.Find(Records.Seen, subject)?.Whole("time") ?? -1) / Durations.Day != c.Time / Durations.Day)
        {
            c.Put(subject, Records.Seen.Row(c.Time));
        }
    }

    /// <summary>Determines whether a key is in force, and had not ended at a time; none is for longer than the certificate of
    /// its member.</summary>
    private static bool InForce(Change c, Row key, long time) =>
        key.Whole("from") <= c.Time
        && time < Math.Min(key.Whole("until"), c.Find(Records.Member, key.Code("subject"))!.Whole("notAfter"));

    /// <summary>The member whose key in force this is, or null; none that is suspended, and none by a key without the
    /// scope.</summary>
    private static string? Subject(Change c, byte[] key, string scope) =>
        c.Find(Records.Key, key) is Row row
        && !row.Flag("revoked")
        && row.Codes("scopes").Contains(scope)
        && InForce(c, row, c.Time)
        && !c.Find(Records.Member, row.Code("subject"))!.Flag("suspended")
            ? row.Code("subject")
            : null;
}
