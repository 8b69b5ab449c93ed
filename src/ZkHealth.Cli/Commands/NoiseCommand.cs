using System.CommandLine;
using ZkHealth.Accountability;
using ZkHealth.Aggregation;
using ZkHealth.Cli.Queries;
using ZkHealth.Cli.Terminal;
using ZkHealth.Data;
using ZkHealth.Fields;
using ZkHealth.Ledger;
using ZkHealth.Statistics;
using ZkHealth.Tables;

namespace ZkHealth.Cli.Commands;

/// <summary>`zkhealth noise commit|release`: numbers under binomial noise that anybody can check.</summary>
internal static class NoiseCommand
{
    public static Command Create() =>
        new(
            "noise",
            "Release numbers under noise: commit to random bits, let another draw the coins, open query and noise as one number."
        )
        {
            Commit(),
            Release(),
        };

    private static Command Commit()
    {
        var table = new Argument<string>("TABLE") { Description = "A committed table (.zkt), published on the ledger." };
        var where = new Option<string?>("--where") { Description = "Count the rows that satisfy this." };
        var column = new Option<string?>("--column") { Description = "Or: count the rows of each value of this column." };
        var among = new Option<string?>("--among") { Description = "With --column: among which rows." };
        var eps = new Option<decimal>("--eps")
        {
            Description = "The eps of all numbers of the release together.",
            Required = true,
        };
        var delta = new Option<decimal>("--delta") { Description = "The delta, such as 1e-9.", DefaultValueFactory = _ => 1e-9m };
        var rows = new Option<int>("--rows-per-patient")
        {
            Description = "The most rows that one patient has.",
            DefaultValueFactory = _ => 1,
        }.Within(1, NoiseQuery.MaxRowsPerPatient);
        var drawnBy = new Option<string?>("--drawn-by")
        {
            Description = "The public key file of who draws the coins on the ledger: not you; the requester, say.",
        };
        var beacon = new Option<string?>("--beacon")
        {
            Description = "Or: the name of an outside beacon and its round, in the future.",
        };
        var purpose = new Option<string>("--purpose") { Description = "What the numbers are for.", Required = true };
        var requester = new Option<string>("--requester") { Description = "Who asked.", Required = true };
        var output = new Option<string?>("--out")
        {
            Description = "The secret bits, for the owner alone; TABLE with .zkn if left out.",
        };
        var writer = new LedgerWriter("the owner");
        var command = new Command("commit", "Declare a query and commit to its noise on the ledger, before the coins exist.")
        {
            table,
            where,
            column,
            among,
            eps,
            delta,
            rows,
            drawnBy,
            beacon,
            purpose,
            requester,
            output,
        };
        return writer.Appending(
            command,
            (parsed, report, token, ledger, key) =>
            {
                string path = parsed.GetValue(table)!,
                    target = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".zkn");
                if (File.Exists(target))
                {
                    throw new UsageException($"{target} exists; bits are never replaced");
                }

                using TableOpeningFile owned = Inputs.Table(path);
                TableSchema schema = owned.Coded.Schema;
                Statistic statistic = (parsed.GetValue(where), parsed.GetValue(column)) switch
                {
                    (string text, null) when parsed.GetValue(among) is null => Statistic.Count(
                        AskedColumns.Condition("--where", text, schema)
                    ),
                    (null, string name) => Statistic.Histogram(
                        name,
                        parsed.GetValue(among) is string text ? AskedColumns.Condition("--among", text, schema) : null
                    ),
                    _ => throw new UsageException("expected --where, or --column and perhaps --among"),
                };
                string source = (parsed.GetValue(drawnBy), parsed.GetValue(beacon)) switch
                {
                    (string file, null) => Inputs.PublicKey(file).ToString(),
                    (null, string name) => name,
                    _ => throw new UsageException("expected --drawn-by or --beacon"),
                };
                TableCommitment commitment = owned.Committed.Commitment;
                if (
                    PublishedTables.Find(ledger, commitment) is not LedgerReceipt receipt
                    || !TableEntry.TryRead(receipt.Entry.Body, out TablePublication? published)
                )
                {
                    throw new UsageException("the table is not on the ledger, published by its owner; publish it first");
                }

                CheckRules(
                    ledger,
                    new DataSetVersion(commitment),
                    schema,
                    statistic.Columns.Select(schema.IndexOf).Where(j => j >= 0)
                );
                var context = new StatisticContext(parsed.GetValue(purpose)!, parsed.GetValue(requester)!, ledger.Key.Name);
                using OwnedNoise noise = UsageException.Of(() =>
                    OwnedNoise.Commit(
                        NoiseQuery.Create(
                            commitment,
                            schema,
                            statistic,
                            context,
                            published.DataSet,
                            LossOptions.Read(parsed, eps, delta),
                            parsed.GetValue(rows),
                            source
                        ),
                        owned.Committed
                    )
                );
                token.ThrowIfCancellationRequested();

                // the bits are kept before anybody sees their commitment; a commitment that is refused leaves none
                using var secret = new SecretArray<byte>(noise.EncodeSecret());
                AtomicFile.Write(target, secret.Values, ownerOnly: true, overwrite: false);
                long entry;
                try
                {
                    entry = ReleasedStatistics.Commit(ledger, noise.Commitment, key);
                }
                catch (InvalidOperationException)
                {
                    File.Delete(target);
                    throw;
                }

                report.Add("noise", target, $"noise: {target} (for the owner alone: whoever has it can take the noise off)");
                report.Add(
                    "coins",
                    noise.Commitment.Query.Coins,
                    $"coins: {noise.Commitment.Query.Coins} for each number, {noise.Commitment.Bits} in all, for {noise.Commitment.Query.Loss}"
                );
                report.Add("entry", entry, $"entry: {entry}; next, the coins are drawn by {source}");
            }
        );
    }

    private static Command Release()
    {
        var noiseFile = new Argument<string>("NOISE") { Description = "The secret bits (.zkn)." };
        var table = new Argument<string>("TABLE") { Description = "The committed table (.zkt)." };
        var value = new Option<string?>("--beacon-value") { Description = "The value of an outside beacon, in hexadecimal." };
        var output = new Option<string?>("--out") { Description = "The proof file; NOISE with .zkp if left out." };
        var writer = new LedgerWriter("the owner");
        var command = new Command(
            "release",
            "Open query and noise as one number, once the coins are drawn, and record it on the ledger."
        )
        {
            noiseFile,
            table,
            value,
            output,
        };
        return writer.Appending(
            command,
            (parsed, report, token, ledger, key) =>
            {
                string path = parsed.GetValue(noiseFile)!,
                    tablePath = parsed.GetValue(table)!,
                    target = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".zkp");
                using var secret = new SecretArray<byte>(Inputs.Bytes(path));
                using OwnedNoise noise = OwnedNoise.TryDecodeSecret(secret.Values, out OwnedNoise? decoded, out string? reason)
                    ? decoded
                    : throw new UsageException($"{path}: {reason}");
                byte[] beacon = Beacon(ledger, noise.Commitment, parsed.GetValue(value));

                // kept beside the bits before it is recorded, and recorded before it is given away: another beacon
                // never opens the same bits
                string kept = path + ".release";
                if (!File.Exists(kept))
                {
                    using OwnedVersion owned = OwnedVersion.Read([tablePath]);
                    CheckRules(
                        ledger,
                        owned.Version,
                        owned.Schema,
                        noise.Commitment.Query.Columns.Select(j => (int)j).Where(j => j < owned.Schema.Columns.Count)
                    );
                    TableAxes axes = UsageException.Of(() =>
                        TableAxes.Create(
                            [.. noise.Commitment.Query.Columns],
                            [.. noise.Commitment.Query.Columns.Select(j => owned.Schema.Columns[(int)j].Domain)]
                        )
                    );
                    using ContingencyTableRun run = ContingencyTableRun.Start(owned, axes, token);
                    AtomicFile.Write(
                        kept,
                        UsageException.Of(() => NoisyRelease.Prove(run.Cubes, noise, beacon)).Encode(),
                        ownerOnly: true,
                        overwrite: false
                    );
                }

                byte[] file = Inputs.Bytes(kept);
                ProofFile proof =
                    ProofFile.TryDecode(file, out NoisyRelease? opened, out _)
                    && opened.Commitment.Digest.Span.SequenceEqual(noise.Commitment.Digest.Span)
                    && opened.Beacon.Span.SequenceEqual(beacon)
                        ? opened
                        : throw new UsageException($"{kept}: these bits were opened with another beacon");
                ReleaseRecord.Record(ledger, proof, file, key, report);
                AtomicFile.Write(target, file);
                report.Add("proof", target, $"proof: {target}, {file.Length} bytes");
                ProofReport.Describe(proof, report);
            }
        );
    }

    /// <summary>Refuses a query that breaks the owner's rules, before its noise is committed to and before its cube is proven:
    /// noise that is committed can serve no other.</summary>
    private static void CheckRules(SqliteLedger ledger, DataSetVersion version, TableSchema schema, IEnumerable<int> columns) =>
        ColumnRuleException.ThrowIfBroken(
            ledger,
            version,
            () => new ColumnUse([.. columns.Select(j => schema.Columns[j].Name)], opensRow: false, [])
        );

    private static byte[] Beacon(SqliteLedger ledger, NoiseCommitment commitment, string? value)
    {
        if (NoiseCommitted.DrawnBy(commitment) is not null)
        {
            if (value is not null)
            {
                throw new UsageException("--beacon-value is for outside beacons");
            }

            return ReleasedStatistics.Beacon(ledger, commitment)?.ToArray()
                ?? throw new InvalidOperationException("the coins are not drawn yet (ledger beacon)");
        }

        if (value is null)
        {
            throw new UsageException($"expected --beacon-value, the value of {commitment.Query.Beacon}");
        }

        try
        {
            return Convert.FromHexString(value);
        }
        catch (FormatException)
        {
            throw new UsageException("--beacon-value: expected bytes in hexadecimal");
        }
    }
}
