namespace ZkHealth.Cli.View;

/// <summary>Values of fields that are words of the rules, as pages say them in Chinese.</summary>
internal static class ValueWords
{
    /// <summary>Fields whose values are words of the rules, never names.</summary>
    private static readonly HashSet<string> Worded = new(StringComparer.Ordinal)
    {
        "scopes",
        "roles",
        "kind",
        "status",
        "operation",
        "what",
        "ground",
        "right",
        "class",
        "standard",
    };

    private static readonly Dictionary<string, string> Coded = new(StringComparer.Ordinal)
    {
        ["serve"] = "提供",
        ["request"] = "申请",
        ["money"] = "资金",
        ["govern"] = "治理",
        ["attest"] = "声明",
        ["authority"] = "主管部门",
        ["provider"] = "提供方",
        ["user"] = "使用方",
        ["operator"] = "运营方",
        ["developer"] = "开发方",
        ["auditor"] = "审计方",
        ["treasury"] = "资金托管方",
        ["registrar"] = "登记方",
        ["representative"] = "患者代表",
        ["hospital"] = "医院",
        ["primary-care"] = "基层医疗",
        ["research"] = "研究机构",
        ["company"] = "企业",
        ["insurer"] = "保险公司",
        ["association"] = "协会",
        ["registry"] = "登记机构",
        ["bank"] = "银行",
        ["effective"] = "已生效",
        ["expired"] = "已过期",
        ["withdrawn"] = "已撤回",
        ["objected"] = "被反对",
        ["passed"] = "已通过",
        ["download"] = "下载",
        ["statistics"] = "统计",
        ["duty-to-document"] = "记录义务",
        ["hold"] = "持有",
        ["process"] = "处理",
        ["operate"] = "运行",
        ["statement"] = "患者陈述",
        ["local"] = "本地",
        ["paper"] = "论文",
        ["model"] = "模型",
        ["product"] = "产品",
        ["float"] = "周转金",
        ["received"] = "收到",
        ["deposit"] = "保证金",
        ["paid"] = "付出",
        ["compensation"] = "补偿",
    };

    /// <summary>The value of a field in Chinese; names, numbers and codes stay as they are.</summary>
    public static string Chinese(string field, string value) =>
        value switch
        {
            "yes" => "是",
            "no" => "否",
            _ when value.EndsWith(" items", StringComparison.Ordinal) => value[..^6] + " 项",
            _ when field is "period" or "kept" => value.Replace(" d", " 天", StringComparison.Ordinal),
            _ when Worded.Contains(field) => string.Join(' ', value.Split(' ').Select(Word)),
            _ => value,
        };

    private static string Word(string code) => Coded.GetValueOrDefault(code) ?? RegionWords.Of(code).Chinese;
}
