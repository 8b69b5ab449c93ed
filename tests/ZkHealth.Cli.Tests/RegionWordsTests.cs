using Xunit;
using ZkHealth.Accountability;
using ZkHealth.Cli.View;

namespace ZkHealth.Cli.Tests;

/// <summary>Pages in Chinese showed kinds, states, causes and codes in English: each has words in both languages, and a new one
/// without them fails here.</summary>
public sealed class RegionWordsTests
{
    public static TheoryData<string> Words => [.. new HashSet<string>(Known())];

    private static string[] Known() =>
        [
            .. ActKind.All.Keys,
            .. Enum.GetNames<OutcomeKind>(),
            BreachRules.Provisional,
            BreachRules.Final,
            BreachRules.Void,
            .. Records.All.Select(r => r.Name),
            .. ProposalTermsRules.Known,
            .. Liability.TableOf(ContractState.Empty).SelectMany(l => (string[])[l.Cause, l.Answers, l.Decided]).Distinct(),
        ];

    public static TheoryData<string> Codes => [.. ActCodes.All];

    public static TheoryData<string> Fields =>
        [
            .. ActKind
                .All.Values.Select(k => k.Body)
                .Concat(Records.All)
                .SelectMany(Named)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_has_a_name_in_both_languages(string field) =>
        Assert.True(FieldWords.IsKnown(field), $"'{field}' has no name in Chinese: add it to FieldWords");

    private static IEnumerable<string> Named(Shape shape) =>
        shape.Fields.SelectMany(f => f.Type.Inner is Shape inner ? Named(inner).Prepend(f.Name) : [f.Name]);

    /// <summary>"corrected by centre" was taken for "corrected {0}", and told half in English: the first sentence that fits
    /// is the one.</summary>
    [Fact]
    public void A_sentence_is_found_by_its_own_words()
    {
        foreach ((string english, string chinese) in RegionSentences.Templates)
        {
            Assert.Equal(chinese, RegionSentences.Chinese(english, word => word));
        }
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void A_word_of_a_page_is_in_both_languages(string word) =>
        Assert.True(RegionWords.IsKnown(word), $"'{word}' has no words in Chinese: add them to RegionWords");

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_its_meaning_in_both_languages(string code)
    {
        Phrase meaning = RegionCodes.Of(code)!;
        Assert.Equal(ActCodes.Of(code), meaning.English);
        Assert.Contains(meaning.Chinese, c => c is >= '\u4e00' and <= '\u9fff');
    }

    /// <summary>Codes stay as they are; what a stranger writes is nobody's word.</summary>
    [Fact]
    public void An_outcome_keeps_its_codes_and_a_name_stays_a_name()
    {
        Assert.StartsWith("<span><", RegionWords.Outcome("Denied: NO_CONSENT"), StringComparison.Ordinal);
        Assert.EndsWith(": NO_CONSENT, TERM</span>", RegionWords.Outcome("Denied: NO_CONSENT, TERM"), StringComparison.Ordinal);
        Assert.Contains("拒绝", RegionWords.Outcome("Denied: NO_CONSENT"), StringComparison.Ordinal);
        Assert.Equal("within rights yes; columns yes no", FieldWords.Of("withinRights yes; columns yes no").English);
        Assert.Equal(
            "在权限内 是; 列 yes no; 患者标识 40 项",
            FieldWords.Of("withinRights yes; columns yes no; handles 40 items").Chinese
        );
        Assert.Contains(
            "在权限内 是；有争议：自 2027 起密钥在他人手中",
            RegionTables.Detail("withinRights yes; disputed: its key was in other hands from 2027"),
            StringComparison.Ordinal
        );
        Assert.Equal("<bdi>&lt;b&gt;</bdi>", RegionWords.Html("<b>"));
        Assert.Null(RegionCodes.Of("<b>"));
    }
}
