using HealthApi.Api.Tests.Support.Data;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;
using NSwag.CodeGeneration.OperationNameGenerators;

namespace HealthApi.Api.Tests.Support.Clients;

/// <summary>The client that NSwag generates from <c>openapi.yaml</c>, with the settings that docs/clients.md names.</summary>
internal static class NSwagSource
{
    public static async Task<string> GenerateAsync(CSharpJsonLibrary library)
    {
        var document = await OpenApiYamlDocument.FromFileAsync(Path.Combine(SourceTree.Root, "openapi.yaml"));
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "HealthApiClient",
            OperationNameGenerator = new SingleClientFromOperationIdOperationNameGenerator(),
            CSharpGeneratorSettings =
            {
                Namespace = "Generated",
                JsonLibrary = library,
                GenerateOptionalPropertiesAsNullable = true,
            },
        };
        if (library == CSharpJsonLibrary.SystemTextJson)
        {
            // From version 9 on System.Text.Json reads and writes enums by their documented words, with this converter also in lists.
            settings.ExposeJsonSerializerSettings = true;
            settings.CSharpGeneratorSettings.JsonLibraryVersion = 10;
            settings.CSharpGeneratorSettings.JsonPolymorphicSerializationStyle = CSharpJsonPolymorphicSerializationStyle.SystemTextJson;
            settings.CSharpGeneratorSettings.JsonConverters = ["System.Text.Json.Serialization.JsonStringEnumConverter"];
        }

        return new CSharpClientGenerator(document, settings).GenerateFile();
    }
}
