using ZkHealth.Accountability.Reports;

namespace ZkHealth.Accountability.Traces;

/// <summary>
/// The words under which leaves of a log are found again, and those that a trace has to look for. What a trace asks of its log
/// are leaves of such words alone, so that a part of the log with all of them gives the same trace as the whole.
/// </summary>
internal static class HistoryTerms
{
    /// <summary>The words of a leaf: who acts, the id of the act, every id that its body names, recalls and breaches.</summary>
    public static IEnumerable<string> Of(HistoryLeaf leaf)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        if (leaf.Act is not null)
        {
            terms.Add(Act(leaf.ActId));
            terms.Add(Who(leaf.Who));
            terms.Add(Names(LogHistory.Hex(leaf.Act.Signer)));
            AddNames(leaf.Body!, terms);
        }

        foreach (RecordChange c in leaf.Due.Concat(leaf.Changed).Where(c => c.After is not null))
        {
            if (c.Kind == Records.Recall)
            {
                terms.Add(RecallOf(LogHistory.Hex(c.After!.Bytes("under"))));
                terms.Add(RecallBy(c.After.Code("user")));
                terms.UnionWith(c.After.List<byte[]>("replace").Select(a => Names(LogHistory.Hex(a))));
            }
            else if (c.Kind == Records.Contradiction)
            {
                terms.UnionWith(ContradictionRules.Sides(c.After!).Select(Contradicted));
            }
            else if (c.Kind == Records.Breach && c.Before is null)
            {
                terms.Add(Breach(LogHistory.Hex(c.Id)));
                terms.Add(BreachBy(c.After!.Code("subject")));
            }
        }

        return terms;
    }

    /// <summary>Says where a trace of a word begins: a handle, a data set, a member, a request, the root of a delivery.</summary>
    public static IEnumerable<string> Start(string word)
    {
        IReadOnlyList<string> ids = LogHistory.Ids(word);
        return [Who(word), RecallBy(word), BreachBy(word), .. ids.Select(Act), .. Names(ids)];
    }

    /// <summary>Says where a trace goes on from an id: to the sources of a data set, its consents, the recalls of a
    /// consent.</summary>
    /// <param name="state">The state at the end.</param>
    /// <param name="id">The id in hexadecimal.</param>
    public static IEnumerable<string> Next(ContractState state, string id)
    {
        byte[] bytes = Convert.FromHexString(id);
        if (state.Find(Records.Asset, bytes) is Row asset)
        {
            byte[][] others =
            [
                .. asset.List<byte[]>("sources"),
                .. asset.List<byte[]>("corrected"),
                .. asset.List<byte[]>("consents"),
            ];
            return Names(others.Select(LogHistory.Hex));
        }

        return state.Find(Records.Consent, bytes) is Row consent
            ? consent.List<byte[]>("taken").Select(a => RecallOf(LogHistory.Hex(a)))
            : [];
    }

    /// <summary>Says where a trace goes on from a leaf: to what names its act and its recalls, and to breaches about
    /// them.</summary>
    /// <param name="state">The state at the end.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="accused">The members that have ever been in breach: few, where members are many.</param>
    public static IEnumerable<string> Next(ContractState state, HistoryLeaf leaf, IReadOnlyList<string> accused)
    {
        List<string> ids =
        [
            .. leaf.Due.Concat(leaf.Changed).Where(c => c.Kind == Records.Recall).Select(c => LogHistory.Hex(c.Id)),
        ];
        if (leaf.Act is not null)
        {
            ids.Add(leaf.ActId);
        }

        foreach (string term in Names(ids))
        {
            yield return term;
        }

        if (leaf.Act?.Kind == "used")
        {
            // its request may not name the handles that it names, and its taker names none
            yield return Act(LogHistory.Hex(leaf.Body!.Bytes("request")));
            yield return Names(LogHistory.Hex(leaf.Body.Bytes("root")));
        }

        ids.AddRange(leaf.Act?.Kind is "used" or "receipt" ? [LogHistory.Hex(UseTrace.UseOf(leaf))] : []);
        if (leaf.Act?.Kind == "asset registered")
        {
            byte[] asset = leaf.Body!.Bytes("fingerprint");
            ids.Add(LogHistory.Hex(asset));
            yield return Contradicted(asset);
        }

        foreach (string id in ids)
        {
            foreach (string subject in accused)
            {
                byte[] breach = Silences.BreachOf(state, Convert.FromHexString(id), subject);
                if (state.Find(Records.Breach, breach) is not null)
                {
                    yield return Breach(LogHistory.Hex(breach));
                }
            }
        }
    }

    /// <summary>The id that a word of a body stands for; null for other words.</summary>
    public static string? IdOf(string term) => term.StartsWith("names ", StringComparison.Ordinal) ? term[6..] : null;

    private static string Act(string id) => "act " + id;

    private static string Who(string subject) => "who " + subject;

    private static string Names(string id) => "names " + id;

    private static IEnumerable<string> Names(IEnumerable<string> ids) =>
        ids.Where(i => i.Length is >= 64 and <= 256 && i.Length % 2 == 0 && i.All(char.IsAsciiHexDigitLower)).Select(Names);

    private static string RecallOf(string agreement) => "recall of " + agreement;

    private static string RecallBy(string subject) => "recall by " + subject;

    private static string Contradicted(byte[] asset) => "contradicted " + LogHistory.Hex(asset);

    private static string Breach(string id) => "breach " + id;

    private static string BreachBy(string subject) => "breach by " + subject;

    /// <summary>Ids and subjects in a body, however deep.</summary>
    private static void AddNames(object value, HashSet<string> terms)
    {
        switch (value)
        {
            case Row row:
                for (int i = 0; i < row.Shape.Fields.Count; i++)
                {
                    AddNames(row[i], terms);
                }

                break;
            case byte[] bytes when bytes.Length is >= 32 and <= 128:
                terms.Add(Names(LogHistory.Hex(bytes)));
                break;
            case string code:
                terms.Add(Who(code));
                break;
            case IReadOnlyList<object> many:
                foreach (object item in many)
                {
                    AddNames(item, terms);
                }

                break;
        }
    }
}
