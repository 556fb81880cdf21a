using System.Text;
using HealthApi.Core.Events;
using HealthApi.Core.Input;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Core.Events;

/// <summary>A member that occurs twice in an event's data is reported, however many members there are and however it is escaped.</summary>
internal sealed class RepeatedMembersTests
{
    private static readonly EventContext Context =
        new(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(30), "test", null, null);

    [Test]
    public void Members_that_occur_once_are_accepted([Values(0, 1, 15, 16, 17, 40)] int members) =>
        Assert.That(Read(Names(members)).Errors, Is.Empty);

    [Test]
    public void A_member_that_occurs_twice_is_reported([Values(1, 15, 16, 17, 40)] int members, [Values] bool first, [Values] bool escaped)
    {
        var names = Names(members);
        var twice = first ? names[0] : names[^1];
        var error = Read([.. names, escaped ? twice.Replace("m", "\\u006d", StringComparison.Ordinal) : twice]).Errors.Single();
        Assert.That((error.Pointer, error.Code), Is.EqualTo(("/data/" + twice, ErrorCodes.Duplicate)));
    }

    private static string[] Names(int members) => [.. Enumerable.Range(0, members).Select(number => $"member-{number}")];

    private static EventReading Read(string[] names)
    {
        var data = string.Join(',', names.Select(name => $"\"{name}\":1"));
        return EventReader.Read(
            Encoding.UTF8.GetBytes($$"""{"id":"e","type":"usage.login","accountId":"a","data":{ {{data}} } }"""), Context);
    }
}
