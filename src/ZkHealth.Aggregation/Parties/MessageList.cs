using System.Formats.Cbor;
using ZkHealth.Transcripts;

namespace ZkHealth.Aggregation;

/// <summary>Messages that a member is about to post, about the session, as it is stored before it is said: kinds and
/// bodies.</summary>
internal sealed class MessageList
{
    public List<(string Kind, byte[] Body)> Items { get; } = [];

    public void Add(string kind, byte[] body) => Items.Add((kind, body));

    public byte[] Encode()
    {
        var w = new CborWriter(CborConformanceMode.Canonical);
        CanonicalCbor.WriteList(
            w,
            Items,
            item =>
            {
                w.WriteStartArray(2);
                w.WriteTextString(item.Kind);
                w.WriteByteString(item.Body);
                w.WriteEndArray();
            }
        );
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
                    (string, byte[]) item = (x.ReadTextString(), x.ReadByteString());
                    x.ReadEndArray();
                    return item;
                }
            )
        );
        return list;
    }
}
