using HealthApi.Api.Server;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Server;

internal sealed class ServerLimitsTests
{
    /// <summary>Connections never take the descriptors that the process itself needs.</summary>
    [TestCase(10_000, null, ExpectedResult = 10_000)]
    [TestCase(10_000, 1_048_576L, ExpectedResult = 10_000)]
    [TestCase(10_000, 1_024L, ExpectedResult = 512)]
    [TestCase(10_000, 256L, ExpectedResult = 64)]
    [TestCase(10, 256L, ExpectedResult = 10)]
    public long Connections_leave_descriptors_for_the_process(int wanted, long? descriptors) =>
        ServerLimits.Connections(wanted, descriptors);
}
