using System.CommandLine;
using ZkHealth.Statistics;

namespace ZkHealth.Cli.Commands;

/// <summary>ε and δ as they are typed.</summary>
internal static class LossOptions
{
    /// <summary>ε and δ as users write them.</summary>
    public static PrivacyLoss Read(ParseResult parsed, Option<decimal> epsilon, Option<decimal> delta)
    {
        try
        {
            return new PrivacyLoss(parsed.GetValue(epsilon), parsed.GetValue(delta));
        }
        catch (ArgumentException e)
        {
            Option<decimal> at = e.ParamName == "epsilon" ? epsilon : delta;
            throw new UsageException(
                FormattableString.Invariant($"{at.Name}: {UsageException.Problem(e)}, got '{parsed.GetValue(at)}'")
            );
        }
    }
}
