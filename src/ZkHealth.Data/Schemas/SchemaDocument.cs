using System.Text.Json.Serialization;

namespace ZkHealth.Data;

/// <summary>The schema file as its JSON says it, before anything is checked. The form is docs/table.schema.json.</summary>
internal sealed record SchemaDocument
{
    [JsonPropertyName("$schema")]
    public string? JsonSchema { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<string>? Missing { get; init; }

    public required IReadOnlyList<ColumnDocument> Columns { get; init; }
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(CategoryDocument), "category")]
[JsonDerivedType(typeof(YesNoDocument), "yes-no")]
[JsonDerivedType(typeof(IntegerDocument), "integer")]
[JsonDerivedType(typeof(BandsDocument), "bands")]
internal abstract record ColumnDocument
{
    public required string Name { get; init; }

    public string? Source { get; init; }

    public IReadOnlyList<string>? Missing { get; init; }
}

internal sealed record CategoryDocument : ColumnDocument
{
    public required IReadOnlyList<ValueDocument> Values { get; init; }
}

internal sealed record ValueDocument(string Code)
{
    public string? Label { get; init; }

    public IReadOnlyList<string>? Source { get; init; }
}

internal sealed record YesNoDocument : ColumnDocument
{
    public IReadOnlyList<string>? Yes { get; init; }

    public IReadOnlyList<string>? No { get; init; }
}

internal sealed record IntegerDocument : ColumnDocument
{
    public required long Min { get; init; }

    public required long Max { get; init; }

    public long? Step { get; init; }

    public string? Unit { get; init; }

    public RoundTo? Round { get; init; }
}

internal enum RoundTo
{
    [JsonStringEnumMemberName("down")]
    Down,

    [JsonStringEnumMemberName("nearest")]
    Nearest,
}

internal sealed record BandsDocument : ColumnDocument
{
    public required IReadOnlyList<BandDocument> Bands { get; init; }
}

internal sealed record BandDocument(string Label)
{
    public long? From { get; init; }

    public long? To { get; init; }

    public IReadOnlyList<string>? Source { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false, UseStringEnumConverter = true, ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip)]
[JsonSerializable(typeof(SchemaDocument))]
internal sealed partial class SchemaJson : JsonSerializerContext;
