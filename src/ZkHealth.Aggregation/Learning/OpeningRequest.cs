using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ZkHealth.Groups;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The demand that a hospital opens its update of a session to one auditor. The quorum of the terms signs its
/// digest.</summary>
public sealed class OpeningRequest
{
    /// <summary>The longest reason, in characters.</summary>
    internal const int MaxReasonLength = 1024;

    internal const string Kind = "zkhealth opening asked v1";

    private readonly byte[] _sid,
        _root;

    /// <summary>A demand.</summary>
    /// <param name="sid">The session, 32 bytes.</param>
    /// <param name="hospital">Whose update.</param>
    /// <param name="root">The root of the update's table, 32 bytes: nothing else can be opened.</param>
    /// <param name="auditor">The auditor's key (<see cref="AuditorKey.Public"/>).</param>
    /// <param name="reason">Why, in words.</param>
    /// <exception cref="ArgumentException">A part has another length, or the key is none.</exception>
    public OpeningRequest(
        ReadOnlySpan<byte> sid,
        PartyId hospital,
        ReadOnlySpan<byte> root,
        CompressedPoint auditor,
        string reason
    )
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (sid.Length != 32 || root.Length != 32)
        {
            throw new ArgumentException("expected a session and a root of 32 bytes", nameof(sid));
        }

        if (auditor == default || !auditor.TryDecompress(out _))
        {
            throw new ArgumentException("expected the key of an auditor", nameof(auditor));
        }

        if (reason.Length > MaxReasonLength)
        {
            throw new ArgumentException($"expected at most {MaxReasonLength} characters", nameof(reason));
        }

        (_sid, Hospital, _root, Auditor, Reason) = (sid.ToArray(), hospital, root.ToArray(), auditor, reason);
    }

    /// <summary>The session, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Session => _sid;

    /// <summary>The hospital whose update it is.</summary>
    public PartyId Hospital { get; }

    /// <summary>The root of the update's table, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Root => _root;

    /// <summary>The auditor's key.</summary>
    public CompressedPoint Auditor { get; }

    /// <summary>Explains why, in words.</summary>
    public string Reason { get; }

    /// <summary>SHA-256 of the encoding: what the quorum signs.</summary>
    internal byte[] Digest() => SHA256.HashData(Encode());

    /// <summary>Canonical CBOR: [kind, sid, hospital, root, auditor, reason].</summary>
    internal byte[] Encode() =>
        Messages.Write(
            Kind,
            5,
            w =>
            {
                w.WriteByteString(_sid);
                w.WriteByteString(Hospital.ToBytes());
                w.WriteByteString(_root);
                w.WriteByteString(Auditor.ToBytes());
                w.WriteTextString(Reason);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    internal static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out OpeningRequest? request,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            Kind,
            r => new OpeningRequest(
                r.ReadByteString(),
                Messages.Party(r),
                r.ReadByteString(),
                Messages.Point(r),
                r.ReadTextString()
            ),
            x => x.Encode(),
            out request,
            out reason
        );
}
