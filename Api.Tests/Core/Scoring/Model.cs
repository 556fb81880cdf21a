using System.Text;
using HealthApi.Core.Scoring;
using HealthApi.Core.Scoring.Documents;

namespace HealthApi.Api.Tests.Core.Scoring;

/// <summary>Small models for tests, written as the documents that callers write (single quotes stand for double ones).</summary>
internal static class Model
{
    public const string Categories = "[{'id':'good','op':'>=','bound':80},{'id':'fair','op':'>','bound':40},{'id':'bad'}]";

    public const string Percent = "{'kind':'linear','from':0,'to':100}";

    /// <summary>One component that takes its score straight from <c>reportedOutcome</c>.</summary>
    public static HealthModel Identity { get; } =
        Of($"[{{'id':'only','weight':1,'measures':[{{'signal':'reportedOutcome','normaliser':{Percent}}}]}}]");

    public static HealthModel Of(string components, string missing = "'renormalise'") =>
        HealthModelReader.Read(Json(components, missing)).Required();

    public static byte[] Json(string components, string missing = "'renormalise'", string categories = Categories)
        => Utf8($"{{'id':'test','missing':{missing},'components':{components},'categories':{categories}}}");

    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
}
