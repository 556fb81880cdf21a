using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthApi.Infrastructure.Settings;

/// <summary>Registers options that are read once, before the services are built.</summary>
public static class SettingServices
{
    /// <summary>
    /// Reads the section, registers the options as <see cref="IOptions{T}"/> and returns them, since they decide which services are
    /// registered.
    /// </summary>
    public static T AddSettings<T>(this IServiceCollection services, SettingReader settings, string section)
        where T : class, new()
    {
        var options = settings.Read<T>(section);
        services.AddSingleton(Options.Create(options));
        return options;
    }
}
