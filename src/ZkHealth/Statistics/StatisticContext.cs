using System.Formats.Cbor;

namespace ZkHealth.Statistics;

/// <summary>For what and whom a statistic is proven. It labels the proof's transcript, so the proof cannot be passed off elsewhere.</summary>
/// <param name="Purpose">What the number is for.</param>
/// <param name="Requester">Who asked.</param>
/// <param name="LedgerOrigin">The ledger that holds the table root.</param>
public sealed record StatisticContext(string Purpose, string Requester, string LedgerOrigin)
{
    /// <summary>Canonical CBOR: ["zkhealth context v1", purpose, requester, origin].</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(4);
        w.WriteTextString("zkhealth context v1");
        w.WriteTextString(Purpose);
        w.WriteTextString(Requester);
        w.WriteTextString(LedgerOrigin);
        w.WriteEndArray();
        return w.Encode();
    }
}
