using System.Collections.Immutable;

namespace HealthApi.Core.Imports;

/// <summary>A value that a mapping derives from a row.</summary>
internal abstract record MappedValue
{
    /// <summary>
    /// Writes the value as a member with this name, or as an item of a list if the name is null. Writes nothing if the row gives no value.
    /// </summary>
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

/// <summary>A list; items without a value are left out.</summary>
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

/// <summary>An object; members without a value are left out.</summary>
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
