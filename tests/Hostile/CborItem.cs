using System.Buffers.Binary;

namespace ZkHealth.Tests.Hostile;

/// <summary>
/// An encoding in CBOR taken apart, to put it together with a lie in it: lengths around the lie fit it, those in it do not have
/// to. Byte strings that hold CBOR are taken apart as well.
/// </summary>
internal sealed class CborItem
{
    private const int Unsigned = 0,
        Negative = 1,
        Bytes = 2,
        Text = 3,
        List = 4;

    private readonly int _major;
    private ulong _value;
    private byte[] _content;
    private List<CborItem> _items;
    private byte[]? _raw;

    private CborItem(int major, ulong value, byte[] content, List<CborItem> items) =>
        (_major, _value, _content, _items) = (major, value, content, items);

    /// <summary>Null where the bytes are no canonical CBOR of arrays, strings, integers and simple values.</summary>
    public static CborItem? Parse(byte[] bytes)
    {
        int at = 0;
        return Read(bytes, ref at) is CborItem item && at == bytes.Length && item.Encode().AsSpan().SequenceEqual(bytes)
            ? item
            : null;
    }

    public byte[] Encode()
    {
        var bytes = new List<byte>();
        Write(bytes);
        return [.. bytes];
    }

    /// <summary>Encodings of the whole with one lie each.</summary>
    public IEnumerable<byte[]> Lies() => All().SelectMany(item => item.Changes().Select(_ => Encode()));

    private IEnumerable<CborItem> All() => _items.SelectMany(i => i.All()).Prepend(this);

    /// <summary>Changes the item, one way after the other, and leaves it as it was.</summary>
    private IEnumerable<bool> Changes()
    {
        (ulong value, byte[] content, List<CborItem> items) = (_value, _content, _items);
        if (_major is Unsigned or Negative)
        {
            foreach (
                ulong other in (ulong[])
                    [
                        0,
                        1,
                        value + 1,
                        value - 1,
                        255,
                        1 << 16,
                        1 << 20,
                        1 << 28,
                        (1 << 30) - 1,
                        int.MaxValue,
                        1UL << 31,
                        uint.MaxValue,
                        1UL << 40,
                        long.MaxValue,
                        1UL << 63,
                        ulong.MaxValue,
                    ]
            )
            {
                _value = other;
                yield return true;
            }
        }
        else if (_major is Bytes or Text)
        {
            _items = [];
            foreach (
                byte[] other in (byte[][])
                    [
                        [],
                        content.Length > 0 ? content[..^1] : [1],
                        [.. content, 0],
                        [.. content, 0xff],
                        [.. content, .. content],
                        new byte[content.Length],
                        [0xff, .. content.Skip(1)],
                        new byte[31],
                        new byte[32],
                        [.. Enumerable.Repeat((byte)'x', 3000)],
                    ]
            )
            {
                _content = other;
                yield return true;
            }
        }
        else if (_major == List)
        {
            foreach (
                List<CborItem> other in (List<CborItem>[])
                    [
                        [],
                        [.. items.Skip(1)],
                        [.. items.SkipLast(1)],
                        [.. items, .. items.TakeLast(1)],
                        [.. items.AsEnumerable().Reverse()],
                        [.. items, .. items],
                        [.. items.Take(1).SelectMany(i => Enumerable.Repeat(i, 2000))],
                    ]
            )
            {
                _items = other;
                yield return true;
            }
        }

        (_value, _content, _items) = (value, content, items);
        byte[] whole = Encode();
        foreach (
            byte[] other in (byte[][])
                [
                    [0xf6],
                    [0x80],
                    [0x40],
                    [0x60],
                    [0x00],
                    [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
                    [(byte)(_major << 5 | 31), .. whole],
                    [(byte)(_major << 5 | 31), .. whole, 0xff],
                    [0xc1, .. whole],
                    [(byte)(_major << 5 | 27), 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, .. whole.Skip(HeadSize(whole))],
                    [(byte)(_major << 5 | 26), 0x3f, 0xff, 0xff, 0xff, .. whole.Skip(HeadSize(whole))],
                    [(byte)(_major << 5 | 27), 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. whole.Skip(HeadSize(whole))],
                ]
        )
        {
            _raw = other;
            yield return true;
        }

        _raw = null;
    }

    private static CborItem? Read(byte[] bytes, ref int at)
    {
        if (at >= bytes.Length)
        {
            return null;
        }

        int start = at,
            major = bytes[at] >> 5,
            head = HeadSize(bytes.AsSpan(at));
        if (head == 0 || head > bytes.Length - at || major is 5 or 6)
        {
            return null;
        }

        ulong value = 0;
        foreach (byte b in bytes.AsSpan(at + 1, head - 1))
        {
            value = value << 8 | b;
        }

        value = head == 1 ? (ulong)(bytes[at] & 31) : value;
        at += head;
        if (major is Bytes or Text)
        {
            if (value > (ulong)(bytes.Length - at))
            {
                return null;
            }

            byte[] content = bytes[at..(at + (int)value)];
            at += content.Length;
            return new CborItem(
                major,
                value,
                content,
                major == Bytes && Parse(content) is { _major: List } inner && inner._items.Count > 0 ? [inner] : []
            );
        }

        var items = new List<CborItem>();
        for (ulong i = 0; major == List && i < value; i++)
        {
            if (Read(bytes, ref at) is not CborItem item)
            {
                return null;
            }

            items.Add(item);
        }

        return new CborItem(major, value, [], items) { _raw = major == 7 ? bytes[start..at] : null };
    }

    private void Write(List<byte> bytes)
    {
        if (_raw is not null)
        {
            bytes.AddRange(_raw);
            return;
        }

        byte[] content = _major == Bytes && _items.Count > 0 ? _items[0].Encode() : _content;
        Head(
            bytes,
            _major,
            _major is Bytes or Text ? (ulong)content.Length
                : _major == List ? (ulong)_items.Count
                : _value
        );
        bytes.AddRange(content);
        if (_major == List)
        {
            _items.ForEach(i => i.Write(bytes));
        }
    }

    private static int HeadSize(ReadOnlySpan<byte> bytes) =>
        (bytes[0] & 31) switch
        {
            < 24 => 1,
            24 => 2,
            25 => 3,
            26 => 5,
            27 => 9,
            _ => 0,
        };

    private static void Head(List<byte> bytes, int major, ulong value)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        int size =
            value < 24 ? 0
            : value <= byte.MaxValue ? 1
            : value <= ushort.MaxValue ? 2
            : value <= uint.MaxValue ? 4
            : 8;
        bytes.Add(
            (byte)(
                major << 5
                | size switch
                {
                    0 => (int)value,
                    1 => 24,
                    2 => 25,
                    4 => 26,
                    _ => 27,
                }
            )
        );
        bytes.AddRange(wide[(8 - size)..]);
    }
}
