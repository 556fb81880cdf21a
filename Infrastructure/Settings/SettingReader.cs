using System.ComponentModel.DataAnnotations;
using System.Reflection;
using HealthApi.Core.Input;
using Microsoft.Extensions.Configuration;

namespace HealthApi.Infrastructure.Settings;

/// <summary>
/// Reads sections of the configuration into options, strictly: a value that cannot be parsed or is out of range is a mistake, and so is a
/// name that is not a setting. Mistakes are collected, and <see cref="ThrowIfWrong"/> reports all of them.
/// </summary>
public sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _mistakes = [];
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Reads the options of a section; several types may share a section. A setting that is wrong or missing keeps its default.
    /// </summary>
    public T Read<T>(string section)
        where T : class, new()
    {
        var options = new T();
        Read(configuration.GetSection(section), options);
        return options;
    }

    /// <summary>The text of a setting; null where it is not given.</summary>
    public string? Value(string key) => configuration[key];

    /// <summary>The settings below a section, with their full keys.</summary>
    public IEnumerable<KeyValuePair<string, string>> Values(string section) =>
        configuration.GetSection(section).AsEnumerable().Where(pair => pair.Value is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value!));

    /// <summary>Adds a mistake where the text is not a name of the enumeration.</summary>
    public void CheckName<T>(string key, string text)
        where T : struct, Enum => Value(key, text, typeof(T), null);

    /// <summary>Adds a mistake: a sentence that names the setting and what is allowed.</summary>
    public void Refuse(string mistake)
    {
        if (!_mistakes.Contains(mistake)) _mistakes.Add(mistake);
    }

    /// <exception cref="SettingException">There was a mistake; the message lists all mistakes, in one line.</exception>
    public void ThrowIfWrong()
    {
        string[] all = [.. _mistakes, .. Unknown()];
        if (all.Length > 0) throw new SettingException(string.Join(' ', all));
    }

    private void Read(IConfigurationSection section, object options)
    {
        var names = _names.TryGetValue(section.Path, out var known) ? known : _names[section.Path] = new(StringComparer.OrdinalIgnoreCase);
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting))
        {
            names.Add(property.Name);
            if (section.GetSection(property.Name) is var node && node.Exists()) Read(node, property, options);
        }

        if (options is not IValidatableObject rules) return;
        foreach (var broken in rules.Validate(new ValidationContext(options))) Refuse(broken.ErrorMessage!);
    }

    private void Read(IConfigurationSection node, PropertyInfo property, object options)
    {
        var range = property.GetCustomAttribute<RangeAttribute>();
        switch (property.GetValue(options))
        {
            case IList<string> texts:
                foreach (var text in Texts(node)) texts.Add(text);
                break;
            case IDictionary<string, double> numbers:
                foreach (var child in node.GetChildren())
                    if (Value(child, typeof(double), range) is double number) numbers[child.Key] = number;
                break;
            case { } nested when !property.PropertyType.IsValueType && nested is not string:
                if (node.Value is null)
                {
                    Read(node, nested);
                }
                else
                {
                    Refuse(
                    $"{node.Path} is a section and not a setting; set a name below it, such as "
                        + $"{node.Path}:{nested.GetType().GetProperties().First(IsSetting).Name}.");
                }

                break;
            default:
                if (Value(node, property.PropertyType, range) is { } value) property.SetValue(options, value);
                break;
        }
    }

    private object? Value(IConfigurationSection node, Type type, RangeAttribute? range)
    {
        if (node.Value is null)
        {
            Refuse($"{node.Path} takes one value.");
            return null;
        }

        return Value(node.Path, node.Value, type, range);
    }

    private object? Value(string key, string text, Type type, RangeAttribute? range)
    {
        var value = SettingText.Read(type, text, range);
        if (value is null) Refuse($"{key} '{text}' is not {SettingText.Allowed(type, range)}.");
        return value;
    }

    private IEnumerable<string> Unknown() =>
        from known in _names
        from child in configuration.GetSection(known.Key).GetChildren()
        where !known.Value.Contains(child.Key)
        let nearest = NearestName.Of(child.Key, known.Value)
        select UnknownWord.Suggest(child.Path, "a setting", nearest is null ? null : $"{known.Key}:{nearest}");

    /// <summary>Values given one by one (<c>Name:0</c>, <c>Name:1</c>), or in one text separated by commas.</summary>
    private static IEnumerable<string> Texts(IConfigurationSection node) => node.Value is { } list
        ? list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : node.GetChildren().Select(child => child.Value).OfType<string>();

    private static bool IsSetting(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true } || property.PropertyType == typeof(IList<string>);
}
