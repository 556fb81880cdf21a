using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace HealthApi.Api.Tests.EndToEnd.Clients;

/// <summary>Checks the names in a generated client. A generator numbers what has no name in the document.</summary>
internal static partial class GeneratedNames
{
    public static void CheckTypes(IReadOnlyList<Type> types)
    {
        Assert.That(types, Has.Count.GreaterThan(150));
        Assert.That(types.Select(type => type.Name.Split('`')[0]).Where(name => Unnamed().IsMatch(name)), Is.Empty);
    }

    /// <summary>Methods read as words, and the ids of the path stand before the body.</summary>
    public static void CheckMethods(IReadOnlyList<MethodInfo> methods)
    {
        Assert.That(methods.Select(method => method.Name).Where(name => !Words().IsMatch(name)), Is.Empty);
        var late = from method in methods
                   let names = method.GetParameters().Select(parameter => parameter.Name!).ToList()
                   where names.FindLastIndex(name => name.EndsWith("Id", StringComparison.Ordinal)) > names.IndexOf("body")
                       && names.Contains("body")
                   select $"{method.Name}({string.Join(", ", names)})";
        Assert.That(late, Is.Empty, "ids stand before bodies");
    }

    [GeneratedRegex(@"\d|^(Anonymous|Body|Data|Items?|Response)$")]
    private static partial Regex Unnamed();

    [GeneratedRegex("^([A-Z][a-z]+)+$")]
    private static partial Regex Words();
}
