using static ZkHealth.Accountability.FieldType;

namespace ZkHealth.Accountability;

/// <summary>Records of conduct and governance: reports, breaches, sanctions, proposals and votes.</summary>
internal static partial class Records
{
    /// <summary>The most votes that a key keeps, to be taken back.</summary>
    public const int MaxVotes = 256;

    private static readonly FieldType Subjects = SetOf(Code, 1 << 17);

    public static readonly Shape Report = new(
        "report",
        new("reporter", Code),
        new("accused", Code),
        new("rule", Code),
        new("about", Digest),
        new("open", Flag)
    );

    public static readonly Shape Breach = new(
        "breach",
        new("subject", Code),
        new("rule", Code),
        new("time", Whole),
        new("points", Whole),
        new("agreement", SetOf(Digest, 1)),
        new("held", Whole),
        new("fine", Whole),
        new("status", Code),
        new("due", Whole),
        new("judges", Subjects),
        new("person", SetOf(Digest, 1)),
        new("other", SetOf(Code, 1))
    );

    /// <summary>Duties of a day of one member to one other by a rule that were late, and the breach that they are.</summary>
    public static readonly Shape Silence = new("silence", new("breach", Digest), new("late", Whole));

    /// <summary>A late duty, with the id of the silences of its day.</summary>
    public static readonly Shape Silent = new("silent", new Field("day", Digest));

    /// <summary>An entry by which a late duty is done: the breach, or the silences of a day, and when it was due.</summary>
    public static readonly Shape Discharge = new("discharge", new("breach", Digest), new("due", Whole));

    public static readonly Shape Sanction = new(
        "sanction",
        new("authority", Code),
        new("subject", Code),
        new("rule", Code),
        new("amount", Whole),
        new("rectifyBy", Whole),
        new("rectified", Flag)
    );

    public static readonly Shape Roster = new(
        "roster",
        new("class", Code),
        new("needed", Whole),
        new("subjects", Subjects),
        new("approved", Subjects)
    );

    public static readonly Shape Proposal = new(
        "proposal",
        new("terms", RowOf(Bodies.ProposalTerms)),
        new("proposer", Code),
        new("made", Whole),
        new("expires", Whole),
        new("rosters", ListOf(RowOf(Roster), 8)),
        new("status", Code),
        new("effect", Whole)
    );

    /// <summary>The verdict for which a member is suspended, where there is one: once it is final the member counts in no
    /// roster.</summary>
    public static readonly Shape Suspension = new("suspension", new Field("breach", SetOf(Digest, 1)));
    public static readonly Shape SignOff = new("signoff", new("passed", Subjects), new("failed", Subjects));
    public static readonly Shape Moves = new("moves", new Field("times", ListOf(Whole, 1024)));
    public static readonly Shape Vote = new("vote", new("proposal", Digest), new("time", Whole));
    public static readonly Shape Votes = new("votes", new Field("votes", ListOf(RowOf(Vote), MaxVotes)));
}
