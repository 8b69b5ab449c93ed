using System.Formats.Cbor;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ZkHealth.Ledger;

namespace ZkHealth.Accountability;

/// <summary>Types of single values: numbers, flags, codes, bytes.</summary>
internal abstract partial class FieldType
{
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
}
