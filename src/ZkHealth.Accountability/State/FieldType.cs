using System.Formats.Cbor;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZkHealth.Accountability;

/// <summary>
/// The type of a field of a record or body: what it may hold, and its one encoding. No null, float, tag or map: what may be
/// missing is a list of none or one.
/// </summary>
internal abstract partial class FieldType
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

    /// <summary>The type of the items of a list; of anything else itself.</summary>
    public virtual FieldType Item => this;

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
}
