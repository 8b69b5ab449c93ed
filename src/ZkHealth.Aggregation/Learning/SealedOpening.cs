using System.Security.Cryptography;
using ZkHealth.Commitments;
using ZkHealth.Fields;
using ZkHealth.Groups;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation.Learning;

/// <summary>
/// The full opening of an update under quorum, encrypted to the auditor whom the request names: codes and blindings of the
/// commitment, never the seed from which blindings or shares came. What does not open the committed update is refused.
/// </summary>
/// <remarks>
/// E = e·B for a fresh e; AES-256-GCM with a zero nonce under HKDF-SHA256(e·A; digest of the request, E, A): a key is used once.
/// The plaintext is the codes in as many bytes as the domain needs (little-endian), then the blindings, 32 bytes for each matrix
/// row.
/// </remarks>
public static class SealedOpening
{
    private const int TagSize = 16;

    /// <summary>Bytes of a sealed opening under these terms.</summary>
    public static int Size(RoundTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return RistrettoPoint.Size + OpeningBytes.Size(terms) + TagSize;
    }

    /// <summary>Seals the opening.</summary>
    /// <param name="update">The hospital's update.</param>
    /// <param name="request">The demand, for this update.</param>
    /// <param name="signers">
    /// Who has signed the digest of the demand, their signatures verified (<see cref="RoundLog"/> reads them from a board).
    /// </param>
    /// <exception cref="ArgumentException">The demand is about another update.</exception>
    /// <exception cref="InvalidOperationException">The quorum of the terms has not signed.</exception>
    internal static byte[] Seal(UpdateOpening update, OpeningRequest request, IEnumerable<PartyId> signers)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(request);
        if (
            !request.Session.Span.SequenceEqual(update.Session.Span)
            || !request.Root.Span.SequenceEqual(update.Commitment.Root.Span)
            || !update.Commitment.Owner.Span.SequenceEqual(request.Hospital.ToBytes())
        )
        {
            throw new ArgumentException("the demand is about another update", nameof(request));
        }

        return update.Terms.Quorum.IsMet(signers)
            ? SealUnchecked(update.Terms, request, update.Codes, update.Blindings)
            : throw new InvalidOperationException(
                $"{update.Terms.Quorum.Threshold} members of the quorum must sign before an update is opened"
            );
    }

    /// <summary>Opens what a hospital delivered and checks it against what was committed.</summary>
    /// <param name="key">The auditor's key, to which the request is addressed.</param>
    /// <param name="request">The demand.</param>
    /// <param name="update">The committed update with the root of the demand.</param>
    /// <param name="bytes">What was delivered.</param>
    /// <param name="opened">The codes of the entries, without the padding, and what they stand for.</param>
    /// <param name="reason">Why it is refused: not encrypted to this key for this demand, or not the committed update.</param>
    public static bool TryOpen(
        AuditorKey key,
        OpeningRequest request,
        UpdateProof update,
        ReadOnlyMemory<byte> bytes,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpenedUpdate? opened,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason
    )
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(update);
        opened = null;
        reason =
            request.Auditor != key.Public ? "the demand names another auditor"
            : !request.Root.Span.SequenceEqual(update.Table.Root.Span) || !request.Session.Span.SequenceEqual(update.Session.Span)
                ? "the demand is about another update"
            : bytes.Length != Size(update.Terms) ? "an opening of this update has another length"
            : null;
        if (reason is not null)
        {
            return false;
        }

        var ephemeral = new CompressedPoint(bytes.Span[..RistrettoPoint.Size]);
        if (
            !ephemeral.TryDecompress(out RistrettoPoint point)
            || Decrypt(key.Shared(point), ephemeral, request, bytes.Span[RistrettoPoint.Size..]) is not byte[] plain
        )
        {
            reason = "it is not encrypted to this auditor for this demand";
            return false;
        }

        using var own = new SecretArray<byte>(plain);
        if (!OpeningBytes.TryRead(update, plain, out uint[]? codes, out _))
        {
            reason = "it opens something else than the committed update";
            return false;
        }

        opened = new OpenedUpdate(update.Terms, codes);
        return true;
    }

    internal static byte[] SealUnchecked(
        RoundTerms terms,
        OpeningRequest request,
        ReadOnlySpan<uint> codes,
        ReadOnlySpan<Scalar> blindings
    )
    {
        using var own = new SecretArray<byte>(OpeningBytes.Write(terms, codes, blindings));
        byte[] plain = own.Values;
        var t = new Transcript(Labels.SealedOpening);
        t.Append("request"u8, request.Digest());
        using TranscriptRng rng = t.BuildRng().RekeyWithWitness("opening"u8, plain).Complete();
        Scalar e = rng.NextScalar();
        CompressedPoint ephemeral = PedersenGenerators.BTable.Multiply(e).Compress();
        if (!request.Auditor.TryDecompress(out RistrettoPoint auditor))
        {
            throw new ArgumentException("the key of the auditor is not a point", nameof(request));
        }

        using SecretArray<byte> key = Key((e * auditor).Compress(), ephemeral, request);
        var bytes = new byte[RistrettoPoint.Size + plain.Length + TagSize];
        ephemeral.CopyTo(bytes);
        using var aes = new AesGcm(key.Span, TagSize);
        aes.Encrypt(
            new byte[12],
            plain,
            bytes.AsSpan(RistrettoPoint.Size, plain.Length),
            bytes.AsSpan(RistrettoPoint.Size + plain.Length)
        );
        return bytes;
    }

    private static byte[]? Decrypt(
        CompressedPoint shared,
        CompressedPoint ephemeral,
        OpeningRequest request,
        ReadOnlySpan<byte> ciphertext
    )
    {
        using SecretArray<byte> key = Key(shared, ephemeral, request);
        var plain = new byte[ciphertext.Length - TagSize];
        using var aes = new AesGcm(key.Span, TagSize);
        try
        {
            aes.Decrypt(new byte[12], ciphertext[..plain.Length], ciphertext[plain.Length..], plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static SecretArray<byte> Key(CompressedPoint shared, CompressedPoint ephemeral, OpeningRequest request)
    {
        using var secret = new SecretArray<byte>(shared.ToBytes());
        byte[] key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            secret.Values,
            32,
            request.Digest(),
            [.. Labels.OpeningTransport, .. ephemeral.ToBytes(), .. request.Auditor.ToBytes()]
        );
        return new SecretArray<byte>(key);
    }
}

/// <summary>An update that was opened to an auditor, checked against its commitment.</summary>
public sealed class OpenedUpdate
{
    private readonly uint[] _codes;

    internal OpenedUpdate(RoundTerms terms, uint[] codes)
    {
        (Terms, _codes) = (terms, codes[..terms.Entries]);
        HasCleanPadding = !codes.AsSpan(terms.Entries).ContainsAnyExcept((uint)terms.Quantiser.Offset);
    }

    /// <summary>The terms of the round.</summary>
    public RoundTerms Terms { get; }

    /// <summary>The codes of the entries.</summary>
    public ReadOnlyMemory<uint> Codes => _codes;

    /// <summary>Tells whether the places behind the entries hold the code of 0, as an honest hospital leaves them
    /// (<see cref="RoundView.HasCleanPadding"/>).</summary>
    public bool HasCleanPadding { get; }

    /// <summary>The values that the codes stand for.</summary>
    public double[] Values() => [.. _codes.Select(Terms.Quantiser.Value)];
}
