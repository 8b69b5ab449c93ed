using System.Formats.Cbor;
using ZkHealth.Tables;

namespace ZkHealth.Aggregation;

/// <summary>Describes what a member is about to say, as it is stored before it is said: kinds, subjects (empty for the session)
/// and bodies.</summary>
internal sealed class MessageList
{
    public List<(string Kind, byte[] Subject, byte[] Body)> Items { get; } = [];

    public void Add(string kind, byte[] body, byte[]? subject = null) => Items.Add((kind, subject ?? [], body));

    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        w.WriteStartArray(Items.Count);
        foreach ((string kind, byte[] subject, byte[] body) in Items)
        {
            w.WriteStartArray(3);
            w.WriteTextString(kind);
            w.WriteByteString(subject);
            w.WriteByteString(body);
            w.WriteEndArray();
        }

        w.WriteEndArray();
        return w.Encode();
    }

    /// <exception cref="InvalidOperationException">Not what was stored.</exception>
    public static MessageList Decode(byte[] bytes)
    {
        var list = new MessageList();
        var r = new CborReader(bytes, CborConformanceMode.Canonical);
        list.Items.AddRange(
            CanonicalCbor.ReadList(
                r,
                x =>
                {
                    x.ReadStartArray();
                    (string, byte[], byte[]) item = (x.ReadTextString(), x.ReadByteString(), x.ReadByteString());
                    x.ReadEndArray();
                    return item;
                }
            )
        );
        return list;
    }
}
