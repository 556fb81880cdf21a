using System.Collections.Immutable;

namespace HealthApi.Core.Imports;

/// <summary>A value that a mapping makes of a row.</summary>
internal abstract record MappedValue
{
    /// <summary>Writes the value under its name (null: as an item of a list), or nothing where the row gives none.</summary>
    public abstract void Write(string? name, RowWriter writer);
}

internal sealed record ConstantValue(Constant Constant) : MappedValue
{
    public override void Write(string? name, RowWriter writer)
    {
        writer.Name(name);
        Constant.Write(writer.Json);
    }
}

internal sealed record TemplateValue(TextTemplate Template) : MappedValue
{
    public override void Write(string? name, RowWriter writer)
    {
        if (Template.Fill(writer.Row) is not { } text) return;
        writer.Name(name);
        writer.Json.WriteStringValue(text);
    }
}

/// <summary>A list of the items that have a value.</summary>
internal sealed record ListValue(ImmutableArray<MappedValue> Items) : MappedValue
{
    public override void Write(string? name, RowWriter writer)
    {
        writer.Name(name);
        writer.Enter(name);
        writer.Json.WriteStartArray();
        foreach (var item in Items) item.Write(null, writer);
        writer.Json.WriteEndArray();
        writer.Leave();
    }
}

/// <summary>An object of the members that have a value.</summary>
internal sealed record ObjectValue(ImmutableArray<KeyValuePair<string, MappedValue>> Members) : MappedValue
{
    public override void Write(string? name, RowWriter writer)
    {
        writer.Name(name);
        writer.Enter(name);
        writer.Json.WriteStartObject();
        foreach (var (member, value) in Members) value.Write(member, writer);
        writer.Json.WriteEndObject();
        writer.Leave();
    }
}
