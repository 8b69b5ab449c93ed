using System.Formats.Cbor;
using ZkHealth.Groups;
using ZkHealth.Proofs;
using ZkHealth.Proofs.Membership;
using ZkHealth.Tables;
using ZkHealth.Transcripts;

namespace ZkHealth.Statistics;

/// <summary>
/// A proof file by which a member of a consortium says something without saying who they are: they hold one of the registered
/// keys. With a tag, what the same key says in the same topic carries the same tag, so that nobody speaks there twice unseen. The
/// registry is not in the file:
/// the verifier brings the one that it trusts.
/// </summary>
public sealed class AnonymousStatement : ProofFile
{
    /// <summary>The longest message and topic, in characters.</summary>
    internal const int MaxTextLength = 1 << 16;

    internal const string Format = Labels.AnonymousStatementFile;

    private readonly byte[] _registry,
        _proof;

    private AnonymousStatement(
        StatisticContext context,
        byte[] registry,
        string message,
        string? topic,
        CompressedPoint tag,
        byte[] proof
    )
        : base(context) => (_registry, Message, Topic, Tag, _proof) = (registry, message, topic, tag, proof);

    private protected override IReadOnlyList<TableCommitment> GetTables() => [];

    /// <summary>The digest of the registry, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Registry => _registry;

    /// <summary>The message; may be empty.</summary>
    public string Message { get; }

    /// <summary>Says where each key speaks under one tag: a topic of this consortium on this ledger. Null where there is no
    /// tag.</summary>
    public string? Topic { get; }

    /// <summary>The statement to which the proof is bound beside the context (docs/format.md).</summary>
    internal byte[] Statement => StatementOf(_registry, Message, Topic);

    /// <summary>The tag; the neutral element's encoding where there is none.</summary>
    public CompressedPoint Tag { get; }

    /// <summary>Proves that a key is one of those registered.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="key">The member's key.</param>
    /// <param name="message">What is said; may be empty.</param>
    /// <param name="topic">Where the key speaks under one tag; null for no tag.</param>
    /// <param name="context">For what and whom.</param>
    /// <exception cref="ArgumentException">The key is not registered, or a text is too long.</exception>
    public static AnonymousStatement Prove(
        KeyRegistry registry,
        MemberKey key,
        string message,
        string? topic,
        StatisticContext context
    )
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(context);
        if (message.Length > MaxTextLength || topic?.Length > MaxTextLength)
        {
            throw new ArgumentException(
                $"expected at most {MaxTextLength} characters",
                message.Length > MaxTextLength ? nameof(message) : nameof(topic)
            );
        }

        int index = registry.IndexOf(key.Public);
        return index >= 0
            ? ProveUnchecked(registry, key, index, message, topic, context)
            : throw new ArgumentException("the key is not registered", nameof(key));
    }

    /// <summary>Verifies against the registry that the caller trusts, or that is published. Whether a tag was seen before is for
    /// the caller to look up.</summary>
    private protected override VerificationResult VerifyProof(VerificationContext context, VerificationReport report)
    {
        KeyRegistry? registry = context.Registry;
        if (context.Publications is IPublications publications)
        {
            VerificationResult found = publications.FindRegistry(
                _registry,
                out PublishedEntry? entry,
                out KeyRegistry? published
            );
            if (!found.IsAccepted || entry is null)
            {
                return found;
            }

            report.Add(entry);
            registry ??= published;
        }

        if (registry is null)
        {
            return VerificationResult.Rejected(
                "expected the key registry that the verifier trusts, or publications in which it is found",
                VerdictReason.RegistryUnknown
            );
        }

        report.Registry = registry;
        if (!_registry.AsSpan().SequenceEqual(registry.Digest.Span))
        {
            return VerificationResult.Rejected("it was made for another key registry", VerdictReason.RegistryUnknown);
        }

        // about every key a scalar and a decoded point; the registry is the verifier's own, and may be large
        if (context.Limits.Exceeded(new VerificationCost(0, 0, registry.Members.Count)) is string limit)
        {
            return VerificationResult.LimitExceeded(limit);
        }

        return RegisteredKeyProof.Verify(
            Context.Start(Statement),
            registry.Keys,
            _proof,
            Topic is null ? null : MemberKey.TagContext(Topic, registry.Consortium, Context.LedgerOrigin),
            Tag
        );
    }

    /// <summary>Canonical CBOR: [format, purpose, requester, origin, registry, message, topic or null, tag or null,
    /// proof].</summary>
    private protected override byte[] Write()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(9);
        w.WriteTextString(Format);
        w.WriteTextString(Context.Purpose);
        w.WriteTextString(Context.Requester);
        w.WriteTextString(Context.LedgerOrigin);
        w.WriteByteString(_registry);
        w.WriteTextString(Message);
        if (Topic is null)
        {
            w.WriteNull();
            w.WriteNull();
        }
        else
        {
            w.WriteTextString(Topic);
            w.WriteByteString(Tag.ToBytes());
        }

        w.WriteByteString(_proof);
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Returns accepted: the registry was found before the proof was verified against it.</summary>
    private protected override VerificationResult FindPublished(
        VerificationContext context,
        IPublications publications,
        VerificationReport report
    ) => VerificationResult.Accepted;

    private protected override void RemarkNotLookedUp(VerificationReport report) =>
        report.Remark("nobody's answer for this key registry was looked up");

    internal static AnonymousStatement ProveUnchecked(
        KeyRegistry registry,
        MemberKey key,
        int index,
        string message,
        string? topic,
        StatisticContext context
    )
    {
        byte[] digest = registry.Digest.ToArray();
        string? where = topic is null ? null : MemberKey.TagContext(topic, registry.Consortium, context.LedgerOrigin);
        byte[] proof = RegisteredKeyProof.Prove(
            context.Start(StatementOf(digest, message, topic)),
            registry.Keys,
            index,
            key.Secret,
            where
        );
        return new AnonymousStatement(
            context,
            digest,
            message,
            topic,
            topic is null ? default : key.Tag(topic, registry.Consortium, context.LedgerOrigin),
            proof
        );
    }

    /// <summary>Reads what follows the format.</summary>
    internal static AnonymousStatement Read(CborReader r)
    {
        var context = new StatisticContext(r.ReadTextString(), r.ReadTextString(), r.ReadTextString());
        byte[] registry = r.ReadByteString();
        string message = r.ReadTextString();
        string? topic = null;
        CompressedPoint tag = default;
        if (r.PeekState() == CborReaderState.Null)
        {
            r.ReadNull();
            r.ReadNull();
        }
        else
        {
            topic = r.ReadTextString();
            tag = new CompressedPoint(r.ReadByteString());
        }

        var proof = new AnonymousStatement(context, registry, message, topic, tag, r.ReadByteString());
        return registry.Length == 32 && message.Length <= MaxTextLength && !(topic?.Length > MaxTextLength)
            ? proof
            : throw new FormatException("the digest of the registry is not 32 bytes, or a text is too long");
    }

    /// <summary>[format, registry, message, topic or null].</summary>
    private static byte[] StatementOf(byte[] registry, string message, string? topic) =>
        StatisticContext.Statement(
            Format,
            3,
            w =>
            {
                w.WriteByteString(registry);
                w.WriteTextString(message);
                if (topic is null)
                {
                    w.WriteNull();
                }
                else
                {
                    w.WriteTextString(topic);
                }
            }
        );
}
