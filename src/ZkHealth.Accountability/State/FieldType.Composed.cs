using System.Formats.Cbor;
using System.Text.Json.Nodes;

namespace ZkHealth.Accountability;

/// <summary>Types that are made of others: lists, sets, rows.</summary>
internal abstract partial class FieldType
{
    private sealed class ListType(FieldType item, int max, bool ascending) : FieldType, IComparer<object>
    {
        public override FieldType Item => item;

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
