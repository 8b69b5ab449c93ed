using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using ZkHealth.Ledger;
using ZkHealth.Transcripts;

namespace ZkHealth.Accountability.Deliveries;

/// <summary>
/// The manifest of a delivery: under which request, by whom and to whom, its secret, columns and the handle of each row. It
/// travels with the rows and stays with both sides; nobody else may see it. Canonical CBOR: [format, request, server, taker,
/// secret, [column …], [handle …]].
/// </summary>
/// <remarks>
/// Root: RFC 6962 over SHA-256(saltᵢ ‖ handleᵢ ‖ row i as canonical CSV), saltᵢ = HMAC-SHA256(secret, i as 8 bytes big-endian),
/// so that a row shown to an auditor opens nothing of the others.
/// </remarks>
internal sealed class Delivery
{
    /// <summary>The most rows.</summary>
    public const int MaxRows = 1 << 20;

    /// <summary>The largest encoding, in bytes.</summary>
    public const int MaxSize = 1 << 26;

    /// <summary>Bytes of the secret.</summary>
    public const int SecretSize = 32;

    private const string Format = Labels.DeliveryFile;
    private const int MaxColumns = 1000,
        MaxText = 200;

    private readonly byte[] _secret;

    /// <summary>A manifest of its parts.</summary>
    /// <param name="request">The id of the request, 32 bytes.</param>
    /// <param name="server">The member that delivers.</param>
    /// <param name="taker">The member that receives.</param>
    /// <param name="secret">32 bytes that nobody can guess.</param>
    /// <param name="columns">The columns, 1 to 1,000 names of 1 to 200 characters.</param>
    /// <param name="handles">The handle of each row, 33 to 66 bytes.</param>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    public Delivery(
        byte[] request,
        string server,
        string taker,
        byte[] secret,
        IReadOnlyList<string> columns,
        IReadOnlyList<byte[]> handles
    )
    {
        if (
            request.Length != 32
            || secret.Length != SecretSize
            || columns.Count is 0 or > MaxColumns
            || handles.Count is 0 or > MaxRows
            || columns.Concat([server, taker]).Any(t => t.Length is 0 or > MaxText)
            || handles.Any(h => h.Length is < 33 or > 66)
        )
        {
            throw new ArgumentException(
                $"expected a request and a secret of 32 bytes, 1 to {MaxColumns} columns, and 1 to {MaxRows} rows with handles",
                nameof(handles)
            );
        }

        (Request, Server, Taker, _secret, Columns, Handles) = (request, server, taker, secret, columns, handles);
    }

    /// <summary>The id of the request.</summary>
    public byte[] Request { get; }

    /// <summary>The member that delivers.</summary>
    public string Server { get; }

    /// <summary>The member that receives.</summary>
    public string Taker { get; }

    /// <summary>The columns of each row.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The handle of each row.</summary>
    public IReadOnlyList<byte[]> Handles { get; }

    /// <summary>SHA-256 over the secret: what can be told of the marks until they are opened.</summary>
    public byte[] MarksCommitment => Ids.Of(Labels.Marks, _secret);

    /// <summary>HMAC-SHA256 of a label and parts under the secret.</summary>
    public byte[] Derive(string label, params ReadOnlySpan<byte[]> parts) => HMACSHA256.HashData(_secret, Ids.Of(label, parts));

    /// <summary>The manifest with the handles in another order.</summary>
    public Delivery With(IReadOnlyList<byte[]> handles) => new(Request, Server, Taker, _secret, Columns, handles);

    /// <summary>The root of the rows, 32 bytes.</summary>
    /// <exception cref="ArgumentException">There is not one row for each handle with one value for each column.</exception>
    public byte[] Root(IReadOnlyList<string[]> rows)
    {
        if (rows.Count != Handles.Count || rows.Any(r => r.Length != Columns.Count))
        {
            throw new ArgumentException(
                $"expected {Handles.Count} rows of {Columns.Count} values, got {rows.Count} rows",
                nameof(rows)
            );
        }

        var tree = new MerkleFrontier();
        for (int i = 0; i < rows.Count; i++)
        {
            byte[] salt = HMACSHA256.HashData(_secret, Ids.Number(i));
            byte[] row = Encoding.UTF8.GetBytes(CanonicalCsv.Line(rows[i]));
            tree.Append(MerkleHash.Leaf(SHA256.HashData([.. salt, .. Handles[i], .. row])));
        }

        return tree.Root();
    }

    /// <summary>The canonical bytes; they hold the secret.</summary>
    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(7);
        w.WriteTextString(Format);
        w.WriteByteString(Request);
        w.WriteTextString(Server);
        w.WriteTextString(Taker);
        w.WriteByteString(_secret);
        CanonicalCbor.WriteList(w, Columns, column => w.WriteTextString(column));
        CanonicalCbor.WriteList(w, Handles, handle => w.WriteByteString(handle));
        w.WriteEndArray();
        return w.Encode();
    }

    /// <summary>Decodes canonical bytes; false for anything else.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Delivery? delivery) =>
        CanonicalCbor.TryRead(bytes, MaxSize, Read, out delivery);

    private static Delivery? Read(CborReader r)
    {
        if (r.ReadStartArray() != 7 || r.ReadTextString() != Format)
        {
            return null;
        }

        byte[] request = r.ReadByteString();
        string server = r.ReadTextString(),
            taker = r.ReadTextString();
        byte[] secret = r.ReadByteString();
        List<string> columns = CanonicalCbor.ReadList(r, x => x.ReadTextString(), MaxColumns);
        List<byte[]> handles = CanonicalCbor.ReadList(r, x => x.ReadByteString(), MaxRows);
        r.ReadEndArray();
        return new Delivery(request, server, taker, secret, columns, handles);
    }
}
