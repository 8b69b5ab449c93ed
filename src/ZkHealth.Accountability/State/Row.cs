namespace ZkHealth.Accountability;

/// <summary>The values of a record or body by the names of its shape; immutable.</summary>
internal sealed class Row
{
    private readonly object[] _values;

    internal Row(Shape shape, object[] values) => (Shape, _values) = (shape, values);

    /// <summary>The schema.</summary>
    public Shape Shape { get; }

    /// <summary>The value of a field by its number.</summary>
    public object this[int field] => _values[field];

    /// <summary>A number.</summary>
    public long Whole(string field) => (long)_values[Shape.IndexOf(field)];

    /// <summary>Yes or no.</summary>
    public bool Flag(string field) => (bool)_values[Shape.IndexOf(field)];

    /// <summary>A code.</summary>
    public string Code(string field) => (string)_values[Shape.IndexOf(field)];

    /// <summary>Bytes.</summary>
    public byte[] Bytes(string field) => (byte[])_values[Shape.IndexOf(field)];

    /// <summary>A row within the row.</summary>
    public Row Inner(string field) => (Row)_values[Shape.IndexOf(field)];

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<T> List<T>(string field)
    {
        var items = (IReadOnlyList<object>)_values[Shape.IndexOf(field)];
        if (items.Count == 0)
        {
            return [];
        }

        var typed = new T[items.Count];
        for (int i = 0; i < typed.Length; i++)
        {
            typed[i] = (T)items[i];
        }

        return typed;
    }

    /// <summary>The item of a list of none or one, or null.</summary>
    public T? Optional<T>(string field)
        where T : class => List<T>(field) is [T item] ? item : null;

    /// <summary>The codes of a set.</summary>
    public IReadOnlyList<string> Codes(string field) => List<string>(field);

    /// <summary>The row with another value in a field.</summary>
    public Row With(string field, object value)
    {
        var values = (object[])_values.Clone();
        values[Shape.IndexOf(field)] = Shape.Widen(value);
        return new Row(Shape, values);
    }

    /// <summary>The row with a number raised.</summary>
    public Row Plus(string field, long amount) => With(field, checked(Whole(field) + amount));

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => Shape.Encode(this);
}
