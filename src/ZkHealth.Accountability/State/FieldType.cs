using System.Formats.Cbor;

namespace ZkHealth.Accountability;

/// <summary>
/// The type of a field of a record or body: what it may hold, and its one encoding. No null, float, tag or map: what may be
/// missing is a list of none or one.
/// </summary>
internal abstract class FieldType
{
    /// <summary>A whole number, 0 to 2⁶³ − 1: an amount, a time, a count.</summary>
    public static readonly FieldType Whole = new WholeType();

    /// <summary>Yes or no.</summary>
    public static readonly FieldType Flag = new FlagType();

    /// <summary>A code: 1 to 64 letters, digits and . : _ / -; not free text.</summary>
    public static readonly FieldType Code = new CodeType();

    /// <summary>A digest of 32 bytes.</summary>
    public static readonly FieldType Digest = new BytesType(32, 32);

    /// <summary>A public key: 1 byte of algorithm ‖ the key.</summary>
    public static readonly FieldType Key = new BytesType(33, 66);

    /// <summary>A set of codes, ascending, so that it has one encoding.</summary>
    public static readonly FieldType Codes = SetOf(Code, 64);

    /// <summary>Bytes of a length within bounds.</summary>
    public static FieldType Bytes(int min, int max) => new BytesType(min, max);

    /// <summary>A list in its own order.</summary>
    public static FieldType ListOf(FieldType item, int max) => new ListType(item, max, ascending: false);

    /// <summary>A list whose encoded items ascend strictly.</summary>
    public static FieldType SetOf(FieldType item, int max) => new ListType(item, max, ascending: true);

    /// <summary>An array of fields.</summary>
    public static FieldType RowOf(Shape shape) => new RowType(shape);

    /// <summary>Encodes a value; an <see cref="ArgumentException"/> where it is not of the type.</summary>
    public abstract void Write(CborWriter w, object value);

    /// <summary>Decodes a value; a <see cref="CborContentException"/> where it is out of bounds.</summary>
    public abstract object Read(CborReader r);

    private static T As<T>(object value) =>
        value is T typed ? typed : throw new ArgumentException($"expected {typeof(T).Name}, got {value}", nameof(value));

    private sealed class WholeType : FieldType
    {
        public override void Write(CborWriter w, object value)
        {
            long number = value is int small ? small : As<long>(value);
            ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(value));
            w.WriteInt64(number);
        }

        public override object Read(CborReader r) =>
            r.ReadInt64() is long n and >= 0 ? n : throw new CborContentException("a number is negative");

        public override string ToString() => "number";
    }

    private sealed class FlagType : FieldType
    {
        public override void Write(CborWriter w, object value) => w.WriteBoolean(As<bool>(value));

        public override object Read(CborReader r) => r.ReadBoolean();

        public override string ToString() => "yes or no";
    }

    private sealed class CodeType : FieldType
    {
        public override void Write(CborWriter w, object value)
        {
            string code = As<string>(value);
            if (!IsCode(code))
            {
                throw new ArgumentException(
                    $"expected a code of 1 to 64 letters, digits and . : _ / -, got '{code}'",
                    nameof(value)
                );
            }

            w.WriteTextString(code);
        }

        public override object Read(CborReader r) =>
            r.ReadTextString() is string c && IsCode(c) ? c : throw new CborContentException("not a code");

        public override string ToString() => "code";

        private static bool IsCode(string text) =>
            text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || ".:_/-".Contains(c));
    }

    private sealed class BytesType(int min, int max) : FieldType
    {
        public override void Write(CborWriter w, object value)
        {
            byte[] bytes = As<byte[]>(value);
            if (bytes.Length < min || bytes.Length > max)
            {
                throw new ArgumentException($"expected {this}, got {bytes.Length}", nameof(value));
            }

            w.WriteByteString(bytes);
        }

        public override object Read(CborReader r)
        {
            byte[] bytes = r.ReadByteString();
            return bytes.Length >= min && bytes.Length <= max ? bytes : throw new CborContentException("bytes of another length");
        }

        public override string ToString() => min == max ? $"{min} bytes" : $"{min} to {max} bytes";
    }

    private sealed class ListType(FieldType item, int max, bool ascending) : FieldType
    {
        public override void Write(CborWriter w, object value)
        {
            var items = As<IReadOnlyList<object>>(value);
            if (items.Count > max)
            {
                throw new ArgumentException($"expected at most {max} items, got {items.Count}", nameof(value));
            }

            IEnumerable<byte[]> encoded = items.Select(i => Alone(v => item.Write(v, i)));
            if (ascending)
            {
                encoded = encoded.Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
            }

            w.WriteStartArray(items.Count);
            byte[]? before = null;
            foreach (byte[] bytes in encoded)
            {
                if (ascending && before is not null && before.AsSpan().SequenceEqual(bytes))
                {
                    throw new ArgumentException("expected no item twice", nameof(value));
                }

                w.WriteEncodedValue(bytes);
                before = bytes;
            }

            w.WriteEndArray();
        }

        public override object Read(CborReader r)
        {
            int count = r.ReadStartArray() ?? -1;
            if (count < 0 || count > max)
            {
                throw new CborContentException("a list of another length");
            }

            var items = new List<object>();
            for (int i = 0; i < count; i++)
            {
                items.Add(item.Read(r));
            }

            r.ReadEndArray();
            return items;
        }

        public override string ToString() => (ascending ? "set" : "list") + $" of at most {max}: {item}";

        private static byte[] Alone(Action<CborWriter> write)
        {
            var w = new CborWriter(CborConformanceMode.Canonical);
            write(w);
            return w.Encode();
        }
    }

    private sealed class RowType(Shape shape) : FieldType
    {
        public override void Write(CborWriter w, object value) => shape.WriteFields(w, As<Row>(value), version: false);

        public override object Read(CborReader r) => shape.ReadFields(r, version: false);

        public override string ToString() => shape.ToString();
    }
}
