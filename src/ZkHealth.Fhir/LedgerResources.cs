using Hl7.Fhir.Model;
using ZkHealth.Accountability;
using ZkHealth.Accountability.Traces;
using ZkHealth.Ledger;

namespace ZkHealth.Fhir;

/// <summary>
/// A region's ledger, read once by its rules, as resources of HL7 FHIR R4: consents, uses as AuditEvent, assets and deliveries as
/// Provenance, and all that belongs to a request as one Bundle. Patients, persons and texts stand in them as on the ledger: by
/// handles, salted codes and digests.
/// </summary>
public sealed class LedgerResources
{
    private readonly LogHistory _log;
    private readonly string _origin;

    /// <summary>Reads a ledger.</summary>
    /// <param name="ledger">The ledger, with a charter.</param>
    /// <exception cref="ArgumentNullException"><paramref name="ledger"/> is null.</exception>
    /// <exception cref="IOException">A leaf is damaged, or is not what the rules give.</exception>
    public LedgerResources(ILedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        (_log, _origin) = (LogHistory.Of(RegionLog.Replay(ledger)), ledger.Key.Name);
    }

    internal LedgerResources(IEnumerable<RegionStep> steps, string origin) => (_log, _origin) = (LogHistory.Of(steps), origin);

    /// <summary>The consent of a handle, active or inactive, as it stands at the end of the ledger.</summary>
    /// <param name="handle">The handle, in hexadecimal.</param>
    /// <returns>Null where no consent has this handle.</returns>
    public Consent? FindConsent(string handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return FindConsent(handle, null);
    }

    /// <summary>The consent of a handle as it stood when a request was decided; at the end of the ledger without one.</summary>
    private Consent? FindConsent(string handle, HistoryLeaf? asked)
    {
        HistoryLeaf? granted = _log.Leaves.FirstOrDefault(l => l.Act?.Kind == "consent granted" && Is(l.Act.Signer, handle));
        if (granted is null || RecordOf(granted.Act!.Signer, asked) is not Row record)
        {
            return null;
        }

        Consent consent = ConsentWriter.Of(record);
        consent.Patient = Codes.Named(Codes.Handles, Codes.Hex(granted.Act.Signer), "Patient");
        consent.DateTime = Times.Write(granted.Time);
        consent.Organization = [Codes.Named(Codes.Members, record.Code("provider"), "Organization")];
        long at = asked?.Time ?? Math.Max(_log.State.Time, record.Whole("from"));
        if (!ConsentRules.IsInForce(record, at))
        {
            consent.Status = Consent.ConsentState.Inactive;
        }

        consent.Meta = new Meta
        {
            LastUpdated = DateTimeOffset.FromUnixTimeMilliseconds(
                record.List<long>("revoked") is [long time] ? time : granted.Time
            ),
        };
        return consent;
    }

    /// <summary>The uses under a request, by the server's word and by the taker's: one event for each entry.</summary>
    /// <param name="request">The id of the request, in hexadecimal.</param>
    /// <returns>The events in the order of the ledger; empty where there are none.</returns>
    public IReadOnlyList<AuditEvent> FindUses(string request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Request(request) is not HistoryLeaf asked ? [] : [.. UsesOf(asked).Select(u => UseEvents.Of(u, asked, _origin))];
    }

    /// <summary>The provenance of an asset: who registered it, when it was collected, and out of what it was made.</summary>
    /// <param name="fingerprint">The fingerprint of the asset, in hexadecimal.</param>
    /// <returns>Null where no asset has this fingerprint.</returns>
    public Provenance? FindAsset(string fingerprint)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        return
            _log.Leaves.FirstOrDefault(l => l.Act?.Kind == "asset registered" && Is(l.Body!.Bytes("fingerprint"), fingerprint))
                is HistoryLeaf registered
            ? Provenances.OfAsset(registered)
            : null;
    }

    /// <summary>Collects the consents of a request's handles as they stood when it was decided, its uses, and the provenance of
    /// what was delivered.</summary>
    /// <param name="request">The id of the request, in hexadecimal.</param>
    /// <returns>A collection; null where there is no such request.</returns>
    public Bundle? FindRequest(string request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Request(request) is not HistoryLeaf asked)
        {
            return null;
        }

        HistoryLeaf[] uses = [.. UsesOf(asked)];
        var bundle = new Bundle
        {
            Type = Bundle.BundleType.Collection,
            Identifier = new Identifier(Codes.Requests, asked.ActId),
            Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(_log.State.Time),
        };
        IEnumerable<(byte[] Id, Resource? Resource)> parts =
        [
            .. asked
                .Body!.List<byte[]>("handles")
                .Select(h => (Ids.Of("consent", h), (Resource?)FindConsent(Codes.Hex(h), asked))),
            .. uses.Select(u => (u.Act!.Id, (Resource?)UseEvents.Of(u, asked, _origin))),
            .. uses.Where(u => u.Act!.Kind == "used")
                .Select(u => (Ids.Of("delivery", u.Act!.Id), (Resource?)Provenances.OfDelivery(u, asked))),
        ];
        foreach ((byte[] id, Resource? resource) in parts)
        {
            if (resource is not null)
            {
                bundle.AddResourceEntry(resource, Address(id));
            }
        }

        return bundle;
    }

    private Row? RecordOf(byte[] handle, HistoryLeaf? asked) =>
        asked is null
            ? _log.State.Find(Records.Consent, handle)
            : _log
                .Leaves.TakeWhile(l => l.Index <= asked.Index)
                .SelectMany(l => l.Due.Concat(l.Changed))
                .LastOrDefault(c => c.Kind == Records.Consent && c.Id.AsSpan().SequenceEqual(handle))
                ?.After;

    private HistoryLeaf? Request(string request) =>
        _log.Leaves.FirstOrDefault(l => l.Act?.Kind == "access requested" && Is(l.Act.Id, request));

    private IEnumerable<HistoryLeaf> UsesOf(HistoryLeaf asked) =>
        _log.Leaves.Where(l =>
            l.Act?.Kind is "used" or "receipt" && l.Body!.Bytes("request").AsSpan().SequenceEqual(asked.Act!.Id)
        );

    private static bool Is(byte[] id, string hex) => string.Equals(Codes.Hex(id), hex, StringComparison.OrdinalIgnoreCase);

    /// <summary>An address that follows from an id: a UUID of version 8 (RFC 9562) of its first bytes.</summary>
    private static string Address(byte[] id)
    {
        byte[] bytes = id[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }
}
