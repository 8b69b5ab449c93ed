using System.Formats.Cbor;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>
/// The type of a field of a record or body: what it may hold, and its one encoding. No null, float, tag or map: what may be
/// missing is a list of none or one.
/// </summary>
internal abstract class FieldType
{
    /// <summary>Shows a value in an error as it was written: names in Chinese, not their numbers.</summary>
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd"];

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

    /// <summary>An address of an account or contract of the Ethereum virtual machine.</summary>
    public static readonly FieldType Address = new BytesType(20, 20);

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

    /// <summary>Compares two values by the bytes of their encodings.</summary>
    public virtual int Compare(object a, object b) => Alone(a).AsSpan().SequenceCompareTo(Alone(b));

    /// <summary>Encodes a value; an <see cref="ArgumentException"/> where it is not of the type.</summary>
    public abstract void Write(CborWriter w, object value);

    /// <summary>Decodes a value; a <see cref="CborContentException"/> where it is out of bounds.</summary>
    public abstract object Read(CborReader r);

    /// <summary>Reads a value as people write it; a <see cref="FormatException"/> that says what was expected.</summary>
    /// <param name="json">The value; null where it is left out.</param>
    /// <param name="path">Where it stands.</param>
    public abstract object FromJson(JsonNode? json, string path);

    /// <summary>Writes a value as people read it: bytes in hexadecimal.</summary>
    public abstract JsonNode ToJson(object value);

    /// <summary>The JSON schema of a value.</summary>
    public abstract JsonObject Schema();

    /// <summary>Determines whether a text is a code.</summary>
    public static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || ".:_/-".Contains(c));

    /// <summary>Tells whether it is a list, which may be left out where it is empty.</summary>
    public bool IsList => this is ListType;

    /// <summary>The shape of a row, or of the rows of a list; null for anything else.</summary>
    public virtual Shape? Inner => null;

    /// <summary>Says to a person what a value has to be; the name of the type where that is enough.</summary>
    protected virtual string Expected => ToString()!;

    private FormatException Unexpected(JsonNode? json, string path) =>
        new($"{path}: expected {Expected}, got {(json is null ? "nothing" : json.ToJsonString(AsWritten))}");

    private byte[] Alone(object value)
    {
        using Scratch scratch = Scratch.Take();
        Write(scratch.Writer, value);
        return scratch.Writer.Encode();
    }

    private static T As<T>(object value) =>
        value is T typed ? typed : throw new ArgumentException($"expected {typeof(T).Name}, got {value}", nameof(value));

    private sealed class WholeType : FieldType
    {
        public override int Compare(object a, object b) => ((long)a).CompareTo((long)b);

        public override void Write(CborWriter w, object value)
        {
            long number = value is int small ? small : As<long>(value);
            ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(value));
            w.WriteInt64(number);
        }

        public override object Read(CborReader r) =>
            r.ReadInt64() is long n and >= 0 ? n : throw new CborContentException("a number is negative");

        public override object FromJson(JsonNode? json, string path)
        {
            if (json is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue(out long n) && n >= 0)
            {
                return n;
            }

            if (
                json is not JsonValue t
                || t.GetValueKind() != JsonValueKind.String
                || !DateTimeOffset.TryParseExact(
                    t.GetValue<string>(),
                    Times,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out DateTimeOffset time
                )
            )
            {
                throw Unexpected(json, path);
            }

            return time.ToUnixTimeMilliseconds();
        }

        public override JsonNode ToJson(object value) => (long)value;

        public override JsonObject Schema() =>
            new()
            {
                ["description"] = "A whole number; a time in ms since 1970 (UTC), or as 2027-01-01 or 2027-01-01T00:00:00Z.",
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
                    new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?$" }
                ),
            };

        protected override string Expected => "a whole number from 0 on, or a time as 2027-01-01 or 2027-01-01T00:00:00Z";

        public override string ToString() => "number";
    }

    private sealed class FlagType : FieldType
    {
        public override void Write(CborWriter w, object value) => w.WriteBoolean(As<bool>(value));

        public override object Read(CborReader r) => r.ReadBoolean();

        public override object FromJson(JsonNode? json, string path) =>
            json?.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                ? json.GetValue<bool>()
                : throw Unexpected(json, path);

        public override JsonNode ToJson(object value) => (bool)value;

        public override JsonObject Schema() => new() { ["type"] = "boolean" };

        protected override string Expected => "true or false";

        public override string ToString() => "yes or no";
    }

    private sealed class CodeType : FieldType
    {
        /// <summary>The shorter one first: its length stands before it.</summary>
        public override int Compare(object a, object b) =>
            ((string)a).Length != ((string)b).Length
                ? ((string)a).Length.CompareTo(((string)b).Length)
                : string.CompareOrdinal((string)a, (string)b);

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

        public override object FromJson(JsonNode? json, string path) =>
            json?.GetValueKind() == JsonValueKind.String && IsCode(json.GetValue<string>())
                ? json.GetValue<string>()
                : throw Unexpected(json, path);

        public override JsonNode ToJson(object value) => (string)value;

        public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9.:_/-]{1,64}$" };

        protected override string Expected => "a code (1 to 64 letters, digits and . : _ / -)";

        public override string ToString() => "code";
    }

    private sealed class BytesType(int min, int max) : FieldType
    {
        public override int Compare(object a, object b) =>
            ((byte[])a).Length != ((byte[])b).Length
                ? ((byte[])a).Length.CompareTo(((byte[])b).Length)
                : ((byte[])a).AsSpan().SequenceCompareTo((byte[])b);

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

        public override object FromJson(JsonNode? json, string path)
        {
            string text = json?.GetValueKind() == JsonValueKind.String ? json.GetValue<string>() : "";
            if (text.Length % 2 != 0 || text.Length == 0 || !text.All(char.IsAsciiHexDigit))
            {
                throw Unexpected(json, path);
            }

            byte[] bytes = Convert.FromHexString(text);

            // a key as it is shown elsewhere, without the byte that says Ed25519
            bytes = this == Key && bytes.Length == VerifyingKey.Size ? [VerifyingKey.Algorithm, .. bytes] : bytes;
            return bytes.Length >= min && bytes.Length <= max ? bytes : throw Unexpected(json, path);
        }

        public override JsonNode ToJson(object value) => Convert.ToHexStringLower((byte[])value);

        public override JsonObject Schema() =>
            new()
            {
                ["type"] = "string",
                ["description"] = $"{this}, in hexadecimal",
                ["pattern"] = $"^([0-9a-fA-F]{{2}}){{{(this == Key ? VerifyingKey.Size : min)},{max}}}$",
            };

        protected override string Expected =>
            this == Key ? "a public key in hexadecimal, as keygen prints it"
            : min == max ? $"{min} bytes, as {2 * min} hexadecimal digits"
            : $"{min} to {max} bytes in hexadecimal";

        public override string ToString() =>
            this == Key ? "key"
            : min == max ? $"{min} bytes"
            : $"{min} to {max} bytes";
    }

    private sealed class ListType(FieldType item, int max, bool ascending) : FieldType, IComparer<object>
    {
        public override Shape? Inner => item.Inner;

        public override void Write(CborWriter w, object value)
        {
            var items = As<IReadOnlyList<object>>(value);
            if (items.Count > max)
            {
                throw new ArgumentException($"expected at most {max} items, got {items.Count}", nameof(value));
            }

            // a set is written in its own order, whatever order it has in memory
            IEnumerable<object> ordered = ascending && items.Count > 1 ? items.Select(Widened).Order(this) : items;
            w.WriteStartArray(items.Count);
            object? before = null;
            foreach (object next in ordered)
            {
                if (ascending && before is not null && item.Compare(before, next) == 0)
                {
                    throw new ArgumentException("expected no item twice", nameof(value));
                }

                item.Write(w, next);
                before = next;
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
                object next = item.Read(r);
                if (ascending && i > 0 && item.Compare(items[^1], next) >= 0)
                {
                    throw new CborContentException("a set that does not ascend");
                }

                items.Add(next);
            }

            r.ReadEndArray();
            return items;
        }

        public override object FromJson(JsonNode? json, string path)
        {
            if (json is null)
            {
                return Array.Empty<object>();
            }

            return json is JsonArray array && array.Count <= max
                ? array.Select((j, i) => item.FromJson(j, $"{path}[{i}]")).ToList()
                : throw Unexpected(json, path);
        }

        public override JsonNode ToJson(object value) => new JsonArray([.. ((IReadOnlyList<object>)value).Select(item.ToJson)]);

        public override JsonObject Schema() =>
            new()
            {
                ["type"] = "array",
                ["maxItems"] = max,
                ["uniqueItems"] = ascending,
                ["items"] = item.Schema(),
            };

        protected override string Expected =>
            $"a list in [ ] of {(max == 1 ? "one or none" : $"at most {max}")}, each {item.Expected}";

        public override string ToString() => (ascending ? "set" : "list") + $" of at most {max}: {item}";

        int IComparer<object>.Compare(object? a, object? b) => item.Compare(a!, b!);

        private static object Widened(object value) => value is int small ? (long)small : value;
    }

    private sealed class RowType(Shape shape) : FieldType
    {
        public override Shape? Inner => shape;

        protected override string Expected => $"an object with {string.Join(", ", shape.Fields.Select(f => f.Name))}";

        public override void Write(CborWriter w, object value) => shape.WriteFields(w, As<Row>(value), version: false);

        public override object Read(CborReader r) => shape.ReadFields(r, version: false);

        public override object FromJson(JsonNode? json, string path) => shape.FromJson(json, path);

        public override JsonNode ToJson(object value) => shape.ToJson((Row)value);

        public override JsonObject Schema() => shape.Schema();

        public override string ToString() => shape.ToString();
    }
}
