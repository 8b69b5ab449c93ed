using System.Globalization;
using ZkHealth.Ledger;

if (args[0] == "audit")
{
    try
    {
        Console.WriteLine(LedgerAudit.Run(args[1]));
    }
    catch (IOException e)
    {
        Console.WriteLine("cannot read: " + e.Message);
    }

    return 0;
}

// appends entries until it is killed; a line "index sequence" says that an entry is acknowledged
using SigningKey log = SigningKey.FromBytes(Convert.FromHexString(args[1]));
using SigningKey signer = SigningKey.FromBytes(Convert.FromHexString(args[2]));
using SqliteLedger ledger = SqliteLedger.Open(args[0], log);
using TextWriter output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
long sequence = ledger.NextSequence(signer.Public);
for (; ; sequence++)
{
    var body = new EntryBody("test", BitConverter.GetBytes(sequence), new byte[100 + sequence % 5000]);
    AppendResult result = ledger.Append(
        LedgerEntry.Sign(signer, ledger.Key.Name, sequence, ledger.GetTime() + 3_600_000, body).Encode()
    );
    if (result.Status != AppendStatus.Appended)
    {
        Console.Error.WriteLine(result.Reason);
        return 1;
    }

    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Index} {sequence}"));
}
