using System.Reflection;
using HealthApi.Infrastructure.Hosting;

namespace HealthApi.Api.Tests.Support.Data;

/// <summary>An options class and the configuration section that it is read from.</summary>
internal sealed record SettingSection(string Name, Type Options);

/// <summary>The options classes of the service: those with a constant <c>Section</c>.</summary>
internal static class SettingSections
{
    public static IReadOnlyList<SettingSection> All { get; } =
    [
        .. from assembly in (Assembly[])[typeof(ServiceHost).Assembly, typeof(Roles).Assembly]
           from type in assembly.GetTypes()
           let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)
           where section is { IsLiteral: true }
           select new SettingSection((string)section.GetRawConstantValue()!, type),
    ];

    /// <summary>
    /// The key of every setting that is a number, a time, a flag or an enum value; strings are validated by rules of their own.
    /// </summary>
    public static IEnumerable<string> Typed() => All.SelectMany(section => Below(section.Name, section.Options));

    private static IEnumerable<string> Below(string path, Type options) =>
        from property in options.GetProperties()
        where property.SetMethod is { IsPublic: true } && property.PropertyType != typeof(string)
        let key = $"{path}:{property.Name}"
        from setting in property.PropertyType switch
        {
            { IsValueType: true } => [key],
            { IsGenericType: true } => [key + ":any"],
            var nested => Below(key, nested),
        }
        select setting;
}
