using System.Text.RegularExpressions;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>The codes that a trace or report shows, in words: of denials, of purposes (HL7 ActReason) and of terms of use
/// (DUO).</summary>
internal static partial class CodeWords
{
    private static readonly Dictionary<string, Phrase> Uses = new(StringComparer.Ordinal)
    {
        ["HRESCH"] = new("research in health", "健康研究"),
        ["BIORCH"] = new("biomedical research", "生物医学研究"),
        ["CLINTRCH"] = new("clinical trials", "临床试验"),
        ["CLINTRCHNPC"] = new("clinical trials without patient care", "不含诊疗的临床试验"),
        ["CLINTRCHPC"] = new("clinical trials with patient care", "含诊疗的临床试验"),
        ["PRECLINTRCH"] = new("preparation of clinical trials", "临床试验准备"),
        ["DSRCH"] = new("research on a disease", "特定疾病研究"),
        ["POARCH"] = new("research on populations and ancestry", "人群与祖源研究"),
        ["TRANSRCH"] = new("translational research", "转化研究"),
        ["TREAT"] = new("treatment", "诊疗"),
        ["COC"] = new("coordination of care", "诊疗协调"),
        ["ETREAT"] = new("treatment in an emergency", "紧急诊疗"),
        ["BTG"] = new("break the glass: access in an emergency", "紧急破例调阅"),
        ["HPAYMT"] = new("payment for care", "医疗支付"),
        ["COVERAGE"] = new("insurance coverage", "保险承保"),
        ["ENROLLM"] = new("enrolment in an insurance", "参保登记"),
        ["ELIGDTRM"] = new("eligibility for an insurance", "参保资格认定"),
        ["HMARKT"] = new("marketing", "营销"),
        ["PUBHLTH"] = new("public health", "公共卫生"),
        ["HOPERAT"] = new("operation of health care", "医疗运营"),
        ["ZEMPLOY"] = new("decisions about employment", "雇佣决定"),
        ["ZPRICE"] = new("prices of goods for a person", "对个人的商品定价"),
        ["DUO:0000042"] = new("any research", "一般研究"),
        ["DUO:0000006"] = new("research in health and medicine", "健康与医学研究"),
        ["DUO:0000007"] = new("research on the diseases named", "所列疾病的研究"),
        ["DUO:0000011"] = new("research on populations and ancestry", "人群与祖源研究"),
        ["DUO:0000018"] = new("no profit and no company", "仅限非营利机构的非商业使用"),
        ["DUO:0000019"] = new("results are published", "须发表成果"),
        ["DUO:0000020"] = new("together with those who gave the data", "须与数据提供方合作"),
        ["DUO:0000021"] = new("with the approval of an ethics committee", "须经伦理委员会批准"),
        ["DUO:0000022"] = new("in the regions named", "限所列地区"),
        ["DUO:0000024"] = new("published not before a date", "到期前不得发表"),
        ["DUO:0000025"] = new("for a time", "限期使用"),
        ["DUO:0000026"] = new("by the persons named", "限所列人员"),
        ["DUO:0000027"] = new("in the projects named", "限所列项目"),
        ["DUO:0000028"] = new("by the institutions named", "限所列机构"),
        ["DUO:0000029"] = new("results are given back", "须返还成果"),
        ["DUO:0000045"] = new("not by companies", "不得由营利机构使用"),
        ["DUO:0000046"] = new("not for profit", "不得用于商业"),
    };

    /// <summary>Every code that the timeline names, ascending, with its meaning.</summary>
    public static IEnumerable<KeyValuePair<string, Phrase>> Of(Trace trace) =>
        Of(
            trace
                .Timeline.Where(e => e.Outcome.StartsWith("Denied: ", StringComparison.Ordinal))
                .SelectMany(e => e.Outcome[8..].Split(", "))
                .Concat(trace.Timeline.SelectMany(e => Codes().Matches(e.Detail)).Select(m => m.Value).Where(Uses.ContainsKey))
        );

    /// <summary>Codes, each once, ascending, with their meanings.</summary>
    public static IEnumerable<KeyValuePair<string, Phrase>> Of(IEnumerable<string> codes) =>
        from code in codes.Distinct().Order(StringComparer.Ordinal)
        let meaning = Uses.GetValueOrDefault(code) ?? RegionCodes.Of(code)
        where meaning is not null
        select KeyValuePair.Create(code, meaning);

    [GeneratedRegex("[A-Z][A-Z0-9:]+")]
    private static partial Regex Codes();
}
