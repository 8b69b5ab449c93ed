using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>The entry that begins a round: which session adds up its updates.</summary>
internal sealed class RoundBegun(int round, ReadOnlyMemory<byte> session)
{
    /// <summary>The round, from 0.</summary>
    public int Round { get; } = round;

    /// <summary>The session, 32 bytes; its terms carry those of the round.</summary>
    public ReadOnlyMemory<byte> Session { get; } = session;

    /// <summary>Canonical CBOR: [kind, round, session].</summary>
    public byte[] Encode() =>
        Messages.Write(
            LearningKinds.Round,
            2,
            w =>
            {
                w.WriteInt32(Round);
                w.WriteByteString(Session.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out RoundBegun? entry,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            LearningKinds.Round,
            r => new RoundBegun(r.ReadInt32(), Messages.Bytes(r, 32)),
            e => e.Encode(),
            out entry,
            out reason
        );
}

/// <summary>An evaluation of the model after a round, asserted by its author.</summary>
/// <param name="round">The round.</param>
/// <param name="data">The data, in words.</param>
/// <param name="measures">The measures: name and value.</param>
public sealed class RoundEvaluated(int round, string data, IReadOnlyList<KeyValuePair<string, double>> measures)
{
    /// <summary>The round.</summary>
    public int Round { get; } = round;

    /// <summary>The data, in words.</summary>
    public string Data { get; } = data;

    /// <summary>The measures: name and value.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Measures { get; } = measures;

    /// <summary>The most measures.</summary>
    internal const int MaxMeasures = 64;

    /// <summary>Canonical CBOR: [kind, round, data, [[name, bits of value]…]].</summary>
    internal byte[] Encode() =>
        Messages.Write(
            LearningKinds.Evaluated,
            3,
            w =>
            {
                w.WriteInt32(Round);
                w.WriteTextString(Data);
                CanonicalCbor.WriteList(
                    w,
                    Measures,
                    m =>
                    {
                        w.WriteStartArray(2);
                        w.WriteTextString(m.Key);
                        w.WriteUInt64(BitConverter.DoubleToUInt64Bits(m.Value));
                        w.WriteEndArray();
                    }
                );
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    internal static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out RoundEvaluated? entry,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            LearningKinds.Evaluated,
            r => new RoundEvaluated(r.ReadInt32(), r.ReadTextString(), CanonicalCbor.ReadList(r, ReadMeasure, MaxMeasures)),
            e => e.Encode(),
            out entry,
            out reason
        );

    private static KeyValuePair<string, double> ReadMeasure(CborReader r)
    {
        r.ReadStartArray();
        var measure = new KeyValuePair<string, double>(r.ReadTextString(), BitConverter.UInt64BitsToDouble(r.ReadUInt64()));
        r.ReadEndArray();
        return measure;
    }
}

/// <summary>The contributors of a round are asked for the inner product of their update with the mean of a round, and for its
/// norm.</summary>
/// <param name="Round">The round whose contributors are asked.</param>
/// <param name="DirectionRound">The round whose mean is the direction (<see cref="UpdateDirection.Of"/>), the same one as a
/// rule.</param>
internal sealed record AccountAsked(int Round, int DirectionRound)
{
    /// <summary>Canonical CBOR: [kind, round, direction's round].</summary>
    public byte[] Encode() =>
        Messages.Write(
            LearningKinds.AccountAsked,
            2,
            w =>
            {
                w.WriteInt32(Round);
                w.WriteInt32(DirectionRound);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AccountAsked? entry,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            LearningKinds.AccountAsked,
            r => new AccountAsked(r.ReadInt32(), r.ReadInt32()),
            e => e.Encode(),
            out entry,
            out reason
        );
}

/// <summary>A contributor's answer.</summary>
internal sealed class AccountAnswered(int round, ReadOnlyMemory<byte> account)
{
    /// <summary>The round that was asked about.</summary>
    public int Round { get; } = round;

    /// <summary>The encoded <see cref="AccountProof"/>.</summary>
    public ReadOnlyMemory<byte> Account { get; } = account;

    /// <summary>Canonical CBOR: [kind, round, account].</summary>
    public byte[] Encode() =>
        Messages.Write(
            LearningKinds.AccountAnswered,
            2,
            w =>
            {
                w.WriteInt32(Round);
                w.WriteByteString(Account.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out AccountAnswered? entry,
        [NotNullWhen(false)] out string? reason
    ) =>
        Messages.TryDecode(
            bytes,
            LearningKinds.AccountAnswered,
            r => new AccountAnswered(r.ReadInt32(), r.ReadByteString()),
            e => e.Encode(),
            out entry,
            out reason
        );
}

/// <summary>A member of the quorum signs a demand, or a hospital says under which hash its sealed opening lies.</summary>
internal sealed class OpeningStep(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> sealedHash)
{
    /// <summary>The digest of the demand, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Request { get; } = request;

    /// <summary>The hash of the sealed opening, 32 bytes; empty for a signature.</summary>
    public ReadOnlyMemory<byte> Sealed { get; } = sealedHash;

    private const string Format = Labels.OpeningStepFile;

    /// <summary>Canonical CBOR: [format, request, sealed].</summary>
    public byte[] Encode() =>
        Messages.Write(
            Format,
            2,
            w =>
            {
                w.WriteByteString(Request.Span);
                w.WriteByteString(Sealed.Span);
            }
        );

    /// <summary>Decodes canonical bytes; anything else is refused, with a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        [NotNullWhen(true)] out OpeningStep? entry,
        [NotNullWhen(false)] out string? reason
    ) => Messages.TryDecode(bytes, Format, Read, e => e.Encode(), out entry, out reason);

    private static OpeningStep Read(CborReader r)
    {
        byte[] request = Messages.Bytes(r, 32),
            hash = r.ReadByteString();
        return hash.Length is 0 or 32 ? new OpeningStep(request, hash) : throw new FormatException("a part has another length");
    }
}
