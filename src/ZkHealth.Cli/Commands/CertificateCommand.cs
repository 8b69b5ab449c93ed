using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Cli.Terminal;
using ZkHealth.Ledger;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth certificate`: verifies a member's certificate with its chain by the fixed profile, the key of entries that
/// it vouches for, and the proposal that governance has before it.</summary>
internal static class CertificateCommand
{
    private static readonly Argument<string> Chain = new("CHAIN")
    {
        Description = "The certificates in PEM, the member's first.",
    };
    private static readonly Option<string> Roots = new("--root")
    {
        Description = "The roots that are trusted, in PEM.",
        Required = true,
    };
    private static readonly Option<string?> At = new("--at")
    {
        Description = "The time, as 2027-01-01T00:00:00Z; now if left out.",
    };
    private static readonly Option<string?> KeyFile = new("--member-key")
    {
        Description =
            "The member's public key of entries (.pub of keygen), for which the certificate has to vouch by --signature.",
    };
    private static readonly Option<string?> SignatureFile = new("--signature")
    {
        Description =
            "The signature of the file of --member-key by the certificate's key: openssl dgst -sha256 -sign CERTIFICATE.key -out FILE KEY.pub "
            + "(SM2: -sm3 -sigopt distid:1234567812345678; Ed25519: openssl pkeyutl -sign -rawin -inkey CERTIFICATE.key -in KEY.pub -out FILE).",
    };
    private static readonly Option<string?> LedgerFile = new("--ledger") { Description = "The ledger of --proposal." };
    private static readonly Option<string?> Proposal = new("--proposal")
    {
        Description = "The id of a proposal to admit, recover or renew the member: it has to be about this certificate.",
    };

    public static Command Create() =>
        new Command(
            "certificate",
            "Verify a member's certificate: its subject, its end, its digest; the key and the proposal that go with it."
        )
        {
            Chain,
            Roots,
            At,
            KeyFile,
            SignatureFile,
            LedgerFile,
            Proposal,
        }.Action((parsed, report, _) => Run(parsed, report));

    private static int Run(ParseResult parsed, Report report)
    {
        report.Verifies = true;
        RequireBoth(parsed, KeyFile, SignatureFile);
        if (parsed.GetValue(Proposal) is not null && parsed.GetValue(LedgerFile) is null)
        {
            throw new UsageException("--ledger is missing: that of the proposal");
        }

        long time = parsed.GetValue(At) is string at ? Time(at) : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        List<byte[]> chain = Pem(parsed.GetValue(Chain)!),
            roots = Pem(parsed.GetValue(Roots)!);
        if (!CertificateChain.TryVerify(chain, roots, time, out CertificateChain? verified, out string? reason))
        {
            return Reject(reason, report);
        }

        report.Add("subject", verified.Subject, $"subject: {verified.Subject}");
        report.Add("algorithm", verified.Algorithm, $"algorithm: {verified.Algorithm}");
        report.Add("notBefore", verified.NotBefore);
        report.Add("notAfter", verified.NotAfter, $"until: {Trace.Text(verified.NotAfter)}");
        report.Add("digest", Report.Hex(verified.Digest), $"digest of the chain: {Report.Hex(verified.Digest)}");
        VerifyingKey? key = null;
        if (parsed.GetValue(KeyFile) is string keyFile)
        {
            key = Inputs.PublicKey(keyFile);
            string signature = parsed.GetValue(SignatureFile)!;
            if (!verified.HasSigned(Inputs.Bytes(keyFile), Inputs.Bytes(signature)))
            {
                return Reject($"{signature} is no signature of {keyFile} by the key of the certificate", report);
            }

            report.Add("key", key.ToString(), $"vouches for the key: {key}");
        }

        if (parsed.GetValue(Proposal) is not string id)
        {
            return ExitCode.Accepted;
        }

        if (FaultOf(Terms(parsed.GetValue(LedgerFile)!, id), verified, key) is string fault)
        {
            return Reject($"the proposal {id} {fault}", report);
        }

        report.Add("proposal", id, $"the proposal {id} is about this certificate");
        return ExitCode.Accepted;
    }

    private static int Reject(string reason, Report report)
    {
        report.Json["reason"] = reason;
        report.Line($"rejected: {reason}");
        return ExitCode.Rejected;
    }

    private static void RequireBoth(ParseResult parsed, Option<string?> one, Option<string?> other)
    {
        if (parsed.GetValue(one) is null != parsed.GetValue(other) is null)
        {
            throw new UsageException(
                $"{(parsed.GetValue(one) is null ? one : other).Name} is missing: {one.Name} and {other.Name} belong together"
            );
        }
    }

    private static Row Terms(string ledger, string id)
    {
        if (id.Length != 64 || !id.All(char.IsAsciiHexDigit))
        {
            throw new UsageException(
                $"--proposal: expected 64 hexadecimal digits, the id that 'act proposed' printed, got '{id}'"
            );
        }

        using SqliteLedger log = Inputs.Ledger(ledger);
        Row proposal =
            RegionLog.StateOf(log).Find(Records.Proposal, Convert.FromHexString(id))
            ?? throw new UsageException($"{ledger} holds no proposal {id}: the id is that which 'act proposed' printed");
        return proposal.Inner("terms");
    }

    /// <summary>Says in what a proposal is not about a certificate and the key that it vouches for; null where it is.</summary>
    private static string? FaultOf(Row terms, CertificateChain verified, VerifyingKey? key)
    {
        string what = terms.Code("what"),
            subject = terms.Optional<string>("subject") ?? "";
        if (what is not ("admit" or "recover" or "renew"))
        {
            return $"is to {what}: expected one to admit, recover or renew a member";
        }

        if (subject != verified.Subject)
        {
            return $"is about the member {subject}, the certificate is that of {verified.Subject}";
        }

        if (terms.Whole("until") > verified.NotAfter)
        {
            return $"lasts until {Trace.Text(terms.Whole("until"))}, the certificate until {Trace.Text(verified.NotAfter)}";
        }

        if (terms.Optional<byte[]>("about") is not byte[] about || !about.AsSpan().SequenceEqual(verified.Digest))
        {
            return $"does not name this chain: its 'about' has to be the digest {Report.Hex(verified.Digest)}";
        }

        if (what == "renew")
        {
            return null;
        }

        return key is null ? "names a key: --member-key and --signature show that the certificate vouches for it"
            : terms.Optional<byte[]>("key").AsSpan().SequenceEqual(key.Encode()) ? null
            : $"names the key {Report.Hex(terms.Optional<byte[]>("key").AsMemory(1))}, the certificate vouches for {key}";
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
