using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthApi.Api.Tests.Support.Data;
using HealthApi.Core.Churn;
using HealthApi.Core.Scoring;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Conventions;

/// <summary>Numbers and names of the built-in documents are only in these documents. The code that evaluates them contains none.</summary>
internal sealed partial class ModelsAreDataTests
{
    /// <summary>
    /// Numbers that the code may contain: the ends of the scale (0 and 100), 1, 2, and the six decimals at which bounds are compared.
    /// </summary>
    private static readonly double[] Common = [0, 1, 2, 6, 100];

    private static readonly string[] Engine = ["Scoring", "Churn", "Evaluation", "History"];

    [TestCaseSource(nameof(EngineFiles))]
    public void The_engine_contains_no_number_of_a_document(string path)
    {
        var numbers = Documents().SelectMany(Numbers).Except(Common).ToHashSet();
        var literals = NumericLiteral().Matches(Code(path))
            .Select(match => double.Parse(match.Value.Replace("_", ""), CultureInfo.InvariantCulture));
        Assert.That(literals.Where(numbers.Contains), Is.Empty, Path.GetFileName(path));
    }

    [TestCaseSource(nameof(EngineFiles))]
    public void The_engine_names_no_model_category_or_indicator(string path)
    {
        var code = Code(path);
        var models = BuiltInModels.All.Select(model => model.Id);
        var categories = BuiltInModels.All.SelectMany(model => model.Categories).Select(category => category.Id);
        var indicators = BuiltInChurnRules.Default.Indicators.Select(indicator => indicator.Id);
        Assert.That(
            models.Concat(categories).Concat(indicators).Where(name => code.Contains($"\"{name}\"")), Is.Empty, Path.GetFileName(path));
    }

    private static IEnumerable<TestCaseData> EngineFiles() =>
        Engine.SelectMany(room => SourceTree.Files(Path.Combine("Core", room), "*.cs"))
        .Where(path => Path.GetFileName(Path.GetDirectoryName(path)) is not ("Notices" or "Overrides" or "Remembering"))
        .Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileName(path)));

    private static IEnumerable<string> Documents() => SourceTree.Files(Path.Combine("Core", "Scoring", "Models"), "*.json")
        .Concat(SourceTree.Files(Path.Combine("Core", "Churn", "Rules"), "*.json"));

    private static string Code(string path) => Comment().Replace(File.ReadAllText(path), "");

    private static IEnumerable<double> Numbers(string path)
    {
        var numbers = new List<double>();
        var json = new Utf8JsonReader(File.ReadAllBytes(path));
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.Number)
            {
                numbers.Add(Math.Abs(json.GetDouble()));
            }
        }

        return numbers;
    }

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w.])\d[\d_]*(\.\d+)?(e-?\d+)?(?![\w.])")]
    private static partial Regex NumericLiteral();
}
