using System.Security.Cryptography;

namespace ZkHealth.Accountability;

/// <summary>Acts of the people of a synthetic region, in one line each.</summary>
internal static partial class RegionActs
{
    private static readonly string[] Columns = ["age", "diagnosis"];

    /// <summary>A patient grants research on her records.</summary>
    public static Outcome Consent(
        this Region r,
        string handle,
        string recipient = "user/research",
        string @class = "GENERAL",
        string purpose = "HRESCH",
        long days = 365,
        string provider = "hospital"
    ) =>
        r.Do(
            "consent granted",
            handle,
            Bodies.Consent(
                recipient,
                new[] { @class },
                new[] { purpose },
                Columns,
                r.Time,
                r.Time + (days * Durations.Day),
                Region.Digest("explanation")
            ),
            provider,
            "registry"
        );

    /// <summary>A patient revokes.</summary>
    public static Outcome Revoke(this Region r, string handle) =>
        r.Do("consent revoked", handle, Bodies.ConsentRevoked.Row(Region.Key(handle)));

    /// <summary>The governance of the region adopts a table, in force after 14 days.</summary>
    public static Outcome Adopt(this Region r, string name, params Row[] rows)
    {
        Row table = Bodies.TableAdopted.Row(name, rows);
        byte[] proposal = r.Propose("commission-a", "table", code: name, about: SHA256.HashData(table.Encode()));
        r.Approve(proposal, "commission-a", "commission-b", "hospital", "centre", "patients");
        r.Wait(14 * Durations.Day);
        return r.Do("table adopted", "commission-a", table);
    }

    /// <summary>Contracts on chain 2027, which the charter's table of rails names after 14 days.</summary>
    public static Row[] AdoptRails(this Region r, params string[] names)
    {
        Row[] contracts = [.. names.Select(n => Bodies.Contract.Row(2027, Region.Digest(n)[..20]))];
        Row[] rows =
        [
            .. names.Zip(
                contracts,
                (name, contract) =>
                    Bodies.TableRow.Row(
                        name,
                        Array.Empty<string>(),
                        Array.Empty<string>(),
                        2027,
                        new byte[][] { [.. new byte[12], .. contract.Bytes("contract")] }
                    )
            ),
        ];
        r.Adopt(TableRules.Rails, rows);
        return contracts;
    }

    /// <summary>The owner of an account has it paid by a contract, or by the treasury.</summary>
    public static Outcome Choose(this Region r, string owner, Row? contract) =>
        r.Do(
            "rail chosen",
            owner,
            Bodies.RailChosen.Row((object)(contract is null ? Array.Empty<Row>() : [Payee(owner, contract)]))
        );

    private static Row Payee(string owner, Row contract) =>
        Bodies.Payee.Row(contract.Whole("chain"), contract.Bytes("contract"), Region.Digest("address of " + owner)[..20]);

    /// <summary>Treasury and auditor say what a contract has received or paid in all.</summary>
    public static Outcome State(this Region r, Row contract, string what, byte[]? about, long cumulative, long block = 1) =>
        r.Do(
            "chain stated",
            "treasury",
            Bodies.ChainStated.Row(contract, what, about is null ? Array.Empty<byte[]>() : [about], cumulative, block),
            "auditor-a"
        );

    /// <summary>A user and providers agree; the deposit of 100,000 is paid, to the treasury or to a contract. Returns the id of
    /// the agreement.</summary>
    public static byte[] Agree(
        this Region r,
        string user,
        string[] providers,
        string purpose = "HRESCH",
        string @class = "GENERAL",
        long ppm = 0,
        long days = 365,
        long deposit = 100_000,
        string[]? columns = null,
        Row? contract = null
    )
    {
        Row terms = Bodies.Terms.Row(
            new[] { @class },
            new[] { purpose },
            columns ?? Columns,
            r.Time,
            days < 0 ? long.MaxValue : r.Time + (days * Durations.Day),
            ppm,
            90 * Durations.Day,
            0,
            deposit,
            100_000,
            0,
            0,
            0,
            Array.Empty<string>()
        );
        r.Do("agreement made", user, Bodies.AgreementMade.Row(providers, user, terms), providers);
        byte[] agreement = r.LastId;
        if (contract is not null)
        {
            r.State(contract, "deposit", agreement, deposit);
        }
        else if (deposit > 0)
        {
            r.Do("deposit paid", "treasury", Bodies.DepositPaid.Row(agreement, deposit));
        }

        return agreement;
    }

    /// <summary>A user reports the value at the end of a period.</summary>
    public static Outcome Report(this Region r, string user, byte[] agreement, long period, long cumulative) =>
        r.Do("use value reported", user, Bodies.ValueReported.Row(agreement, period, cumulative));

    /// <summary>A provider registers a data set.</summary>
    public static Outcome Register(
        this Region r,
        string provider,
        string name,
        string standard = "FHIR-R4",
        params string[] consents
    ) =>
        r.Do(
            "asset registered",
            provider,
            Bodies.Registration(Region.Digest(name), Columns, r.Time, consents: consents.Select(Region.Key), standard: standard),
            standard == "statement" ? consents : []
        );

    /// <summary>A report that judges uphold: an authority and an auditor. Returns the id of the breach.</summary>
    public static byte[] Convict(this Region r, string reporter, string accused, string rule, byte[] about, Severity severity)
    {
        r.Do("report", reporter, Bodies.ReportMade.Row(accused, rule, about));
        byte[] report = r.LastId;
        byte[] proposal = r.Propose("commission-a", "verdict", number: (long)severity, about: report);
        r.Approve(proposal, "commission-a", "auditor-a");
        return BreachRules.Id(report, accused);
    }

    /// <summary>A proposal. Returns its id.</summary>
    public static byte[] Propose(
        this Region r,
        string who,
        string what,
        string? subject = null,
        string? code = null,
        string? kind = null,
        long number = 0,
        byte[]? about = null,
        byte[]? key = null,
        string[]? scopes = null,
        long until = 0
    )
    {
        r.Do(
            "proposed",
            who,
            Bodies.ProposalMade.Row(
                Bodies.ProposalTerms.Row(
                    what,
                    One(subject),
                    One(code),
                    One(kind),
                    number,
                    about is null ? Array.Empty<byte[]>() : [about],
                    key is null ? Array.Empty<byte[]>() : [key],
                    scopes ?? [],
                    until,
                    0,
                    Array.Empty<object>()
                )
            )
        );
        return r.LastId;
    }

    /// <summary>Approvals of a proposal.</summary>
    public static void Approve(this Region r, byte[] proposal, params string[] who)
    {
        foreach (string subject in who)
        {
            r.Do("approved", subject, Bodies.ProposalApproved.Row(proposal));
        }
    }

    private static string[] One(string? text) => text is null ? [] : [text];
}
