using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Reports;
using ZkHealth.Cli.Terminal;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth certificate`: verifies a member's certificate with its chain by the fixed profile, and says what governance
/// has to approve.</summary>
internal static class CertificateCommand
{
    public static Command Create()
    {
        var chain = new Argument<string>("CHAIN") { Description = "The certificates in PEM, the member's first." };
        var roots = new Option<string>("--root") { Description = "The roots that are trusted, in PEM.", Required = true };
        var at = new Option<string?>("--at") { Description = "The time, as 2027-01-01T00:00:00Z; now if left out." };
        return new Command("certificate", "Verify a member's certificate: its subject, its end, its digest.")
        {
            chain,
            roots,
            at,
        }.Action((parsed, report, _) => Run(parsed.GetValue(chain)!, parsed.GetValue(roots)!, parsed.GetValue(at), report));
    }

    private static int Run(string chain, string roots, string? at, Report report)
    {
        report.Verifies = true;
        long time = at is null ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() : Time(at);
        if (!CertificateChain.TryVerify(Pem(chain), Pem(roots), time, out CertificateChain? verified, out string? reason))
        {
            report.Json["reason"] = reason;
            report.Line($"rejected: {reason}");
            return ExitCode.Rejected;
        }

        report.Add("subject", verified.Subject, $"subject: {verified.Subject}");
        report.Add("algorithm", verified.Algorithm, $"algorithm: {verified.Algorithm}");
        report.Add("notBefore", verified.NotBefore);
        report.Add("notAfter", verified.NotAfter, $"until: {DateTimeOffset.FromUnixTimeMilliseconds(verified.NotAfter):u}");
        report.Add("digest", Report.Hex(verified.Digest), $"digest of the chain: {Report.Hex(verified.Digest)}");
        return ExitCode.Accepted;
    }

    private static List<byte[]> Pem(string path)
    {
        string text = Inputs.Text(path);
        var read = new List<byte[]>();
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label] == "CERTIFICATE")
            {
                read.Add(Convert.FromBase64String(text[fields.Base64Data]));
            }

            text = text[fields.Location.End..];
        }

        return read.Count > 0
            ? read
            : throw new UsageException($"{path}: expected certificates in PEM (-----BEGIN CERTIFICATE-----)");
    }

    private static long Time(string at) =>
        DateTimeOffset.TryParseExact(
            at,
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset given
        )
            ? given.ToUnixTimeMilliseconds()
            : throw new UsageException($"--at: expected a time as 2027-01-01T00:00:00Z, got '{at}'");
}
