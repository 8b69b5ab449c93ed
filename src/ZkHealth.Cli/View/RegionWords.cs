using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;

namespace ZkHealth.Cli.View;

/// <summary>Words of the region's rules on pages: kinds of entries and records, outcomes, states, causes, numbers, in both
/// languages. Codes stay as they are, since entries and other pages name them; their meanings are <see
/// cref="RegionCodes"/>.</summary>
internal static class RegionWords
{
    private static readonly Dictionary<string, string> Chinese = new(StringComparer.Ordinal)
    {
        // what happened: kinds of entries, and what time does
        ["charter"] = "章程",
        ["table adopted"] = "采纳规则表",
        ["asset registered"] = "登记数据集",
        ["asset corrected"] = "更正数据集",
        ["assets contradict"] = "指出数据矛盾",
        ["contradiction settled"] = "解决数据矛盾",
        ["step signed"] = "签署处理步骤",
        ["consent granted"] = "授予同意",
        ["consent revoked"] = "撤回同意",
        ["guardian named"] = "指定监护人",
        ["cohort revoked"] = "撤回队列同意",
        ["handles replaced"] = "更换患者标识",
        ["handle objected"] = "患者异议",
        ["consents checked"] = "抽查同意",
        ["agreement made"] = "订立协议",
        ["agreement ended"] = "终止协议",
        ["access requested"] = "申请访问",
        ["statistics requested"] = "申请统计",
        ["result published"] = "发表成果",
        ["fact recognised"] = "承认外部事实",
        ["fact cancelled"] = "取消外部事实",
        ["emergency"] = "紧急调阅",
        ["emergency reviewed"] = "复核紧急调阅",
        ["used"] = "提供数据",
        ["receipt"] = "确认接收",
        ["erasure attested"] = "声明已删除",
        ["deposit paid"] = "缴纳保证金",
        ["money received"] = "收到款项",
        ["use value reported"] = "申报使用价值",
        ["use value estimated"] = "估算使用价值",
        ["use value corrected"] = "更正使用价值",
        ["share claimed"] = "领取份额",
        ["rail chosen"] = "选择付款渠道",
        ["payout claimed"] = "申请付款",
        ["rail drawn"] = "渠道转账",
        ["chain stated"] = "链上状态声明",
        ["payout recorded"] = "记录付款",
        ["report"] = "举报",
        ["patient reported"] = "患者举报",
        ["appeal"] = "申诉",
        ["sanction"] = "处罚",
        ["convention signed"] = "签署公约",
        ["rectified"] = "完成整改",
        ["proposed"] = "提案",
        ["approved"] = "赞成提案",
        ["submission shown"] = "出示提交凭证",
        ["withdrawn"] = "撤回提案",
        ["objected"] = "反对提案",
        ["audit signed"] = "签署审计",
        ["key added"] = "添加密钥",
        ["compromised"] = "声明密钥泄露",
        ["breach"] = "违规",
        ["recall"] = "召回",
        ["tick"] = "时间记录",

        // entries that the rules do not read
        ["table published"] = "发布数据表",
        ["statistic released"] = "发布统计",
        ["noise committed"] = "承诺噪声",
        ["beacon drawn"] = "抽取随机数",
        ["budget policy"] = "隐私预算政策",
        ["column rules"] = "列规则",
        ["key registry"] = "密钥登记册",

        // kinds of records
        ["threshold"] = "门槛",
        ["member"] = "成员",
        ["key"] = "密钥",
        ["seq"] = "条目序号",
        ["due"] = "到期事项",
        ["asset"] = "数据集",
        ["contradiction"] = "数据矛盾",
        ["step"] = "处理步骤",
        ["consent"] = "同意",
        ["agreement"] = "协议",
        ["request"] = "申请",
        ["use"] = "使用",
        ["taken"] = "已取得",
        ["account"] = "账户",
        ["rail"] = "付款渠道",
        ["entitlement"] = "应得款项",
        ["escrow"] = "托管保证金",
        ["stated"] = "链上声明",
        ["pool"] = "患者份额池",
        ["debt"] = "欠款",
        ["debts"] = "欠款总数",
        ["fund"] = "基金",
        ["weight"] = "费用权重",
        ["counter"] = "计数",
        ["proposal"] = "提案",
        ["result"] = "成果",
        ["foreign"] = "外部账本",
        ["fact"] = "外部事实",
        ["signoff"] = "审计签署",
        ["moves"] = "成员变动",
        ["seen"] = "已见条目",
        ["votes"] = "表决",
        ["guardian"] = "监护人",
        ["replaced"] = "更换记录",
        ["waiting"] = "待定用词",
        ["fine"] = "罚款",
        ["logkeys"] = "账本密钥",
        ["signed"] = "已签署文件",
        ["discharge"] = "免除义务",
        ["silence"] = "一日之沉默",
        ["silent"] = "逾期义务",
        ["suspension"] = "暂停资格",
        ["claim"] = "申领",
        ["tableRow"] = "规则表的行",

        // steps of a graph
        ["registered"] = "登记",
        ["to be replaced by"] = "须替换",
        ["is"] = "即",
        ["published"] = "发表",
        ["names"] = "涉及",
        ["gave"] = "交出",
        ["explains"] = "可解释",
        ["nobody"] = "无",
        ["first members"] = "首批成员",

        // outcomes and states
        ["Accepted"] = "接受",
        ["Permitted"] = "批准",
        ["Denied"] = "拒绝",
        ["Refused"] = "驳回",
        ["Breach"] = "构成违规",
        ["permitted"] = "批准",
        ["denied"] = "拒绝",
        ["open"] = "待履行",
        ["provisional"] = "暂定",
        ["final"] = "终局",
        ["void"] = "已撤销",
        ["replace"] = "替换",
        ["erase or restrict"] = "删除或限制使用",

        // causes, who answers, how it is decided
        ["a report that was found abusive"] = "举报被认定为滥用",
        ["altered after its publication"] = "发布后被改动",
        ["a bad contribution to a model or a sum"] = "对模型或汇总的不良贡献",
        ["a person went beyond the rights that a member gave"] = "人员超出成员授予的权限",
        ["a contradiction of two values was left open"] = "两值矛盾未予解决",
        ["a wrong value was not corrected in time"] = "错误数值未按期更正",
        ["a delivery was not logged"] = "交付未记录",
        ["a sanction was not rectified in time"] = "处罚未按期整改",
        ["an emergency that was none"] = "并非紧急情况",
        ["a delivery was not confirmed"] = "交付未确认",
        ["an entry was held back"] = "条目被扣留",
        ["the log stood still"] = "账本停滞",
        ["a prohibited purpose, whatever a consent says"] = "禁止的用途，同意亦无效",
        ["columns that let its kind discriminate, whatever a consent says"] = "可使此类接收方实施歧视的列，同意亦无效",
        ["data were not erased or restricted in time"] = "数据未按期删除或限制使用",
        ["an emergency was not reviewed in time"] = "紧急调阅未按期复核",
        ["served without permission"] = "未经许可提供",
        ["taken without permission"] = "未经许可取得",
        ["the value of a use was not reported"] = "使用价值未申报",
        ["leaked rows: the holders that explain them"] = "泄露的行：可解释其来源的持有方",
        ["signed by a key that was not reported as compromised"] = "由未声明泄露的密钥签署",
        ["code that contradicts the charter or its own rule text"] = "代码与章程或其规则文本矛盾",
        ["decided by verdict"] = "由裁决认定",
        ["as the charter says"] = "依章程",
        ["reporter"] = "举报方",
        ["provider of record"] = "登记的提供方",
        ["contributor"] = "贡献方",
        ["member; the person's code is named"] = "成员；列明人员代码",
        ["providers that were silent"] = "未答复的提供方",
        ["server"] = "提供方",
        ["member sanctioned"] = "被处罚成员",
        ["provider"] = "提供方",
        ["taker"] = "接收方",
        ["operator"] = "运营方",
        ["user"] = "使用方",
        ["authorities"] = "主管部门",
        ["whom the verdict names"] = "裁决所指者",
        ["holder of the key"] = "密钥持有方",
        ["developer"] = "开发方",
        ["by itself"] = "自动",
        ["by verdict"] = "经裁决",
        ["by review"] = "经复核",

        // decisions of governance
        ["verdict"] = "裁决",
        ["annul"] = "撤销违规",
        ["dismiss"] = "驳回举报",
        ["admit"] = "接纳成员",
        ["suspend"] = "暂停成员",
        ["param"] = "修改参数",
        ["ruleset"] = "采纳规则集",
        ["standard"] = "采纳数据标准",
        ["recognise"] = "承认外部账本",
        ["recover"] = "恢复类别",
        ["renew"] = "更换证书",
        ["compromise"] = "追溯密钥泄露",
        ["witness"] = "任命见证方",
        ["node"] = "任命节点",
        ["table"] = "修改规则表",
        ["compensation"] = "补偿",

        // numbers of a period
        ["granted"] = "授予",
        ["revoked"] = "撤回",
        ["checked and confirmed"] = "抽查并确认",
        ["checked and denied"] = "抽查并否认",
        ["drawn by a root that the log never had"] = "抽查所用的根不属于本账本",
        ["served"] = "提供",
        ["received"] = "接收",
        ["disputes"] = "争议",
        ["emergencies"] = "紧急调阅",
        ["emergencies reviewed"] = "已复核的紧急调阅",
        ["results: paper"] = "成果：论文",
        ["results: model"] = "成果：模型",
        ["results: product"] = "成果：产品",
        ["demanded"] = "要求召回",
        ["late"] = "逾期",
        ["attested in time"] = "按期声明",
        ["deposits"] = "保证金",
        ["paid out"] = "付出",
        ["cut"] = "扣罚",
        ["patients"] = "患者",
    };

    /// <summary>Tells whether a text has words in both languages.</summary>
    public static bool IsKnown(string english) => Chinese.ContainsKey(english);

    /// <summary>A text of the rules in both languages; one of the region's own, such as a name, is the same in both.</summary>
    public static Phrase Of(string english) => new(english, Words(english));

    /// <summary>The word as HTML, apart from what is around it: it may hold a name of a stranger.</summary>
    public static string Html(string english) => RegionTables.Apart(Of(english));

    /// <summary>An outcome: its word in both languages, and its codes, in one element: a phone lays out those of a cell
    /// beside each other.</summary>
    public static string Outcome(string outcome)
    {
        int colon = outcome.IndexOf(": ", StringComparison.Ordinal);
        string word = colon < 0 ? outcome : outcome[..colon];
        return colon < 0 || !IsKnown(word) ? Html(outcome) : $"<span>{Html(word)}{Phrase.Escape(outcome[colon..])}</span>";
    }

    /// <summary>The status of an answer, with the day on which a provisional breach is final.</summary>
    public static string Status(TraceAnswer answer)
    {
        if (answer.Final is not long time)
        {
            return Html(answer.Status);
        }

        string day = Trace.Text(time);
        return new Phrase($"{answer.Status}, final {day} unless annulled", $"{Words(answer.Status)}，{day} 终局，除非撤销").Html;
    }

    private static string Words(string english) => Chinese.GetValueOrDefault(english) ?? Sentence(english);

    /// <summary>A sentence with its names as they are: a member may be called 'user'.</summary>
    private static string Sentence(string english) =>
        RegionSentences.Chinese(english, Sentence)
        ?? (Decision(english) is (string word, string codes) ? Chinese[word] + codes : english);

    private static (string Word, string Codes)? Decision(string outcome)
    {
        string word = outcome.Split(": ")[0];
        return Enum.TryParse(word, out OutcomeKind _) && IsKnown(word) ? (word, outcome[word.Length..]) : null;
    }
}
