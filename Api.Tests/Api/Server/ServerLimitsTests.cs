using HealthApi.Api.Server;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Server;

internal sealed class ServerLimitsTests
{
    /// <summary>The limit of connections leaves file descriptors for the process itself.</summary>
    [TestCase(10_000, null, ExpectedResult = 10_000)]
    [TestCase(10_000, 1_048_576L, ExpectedResult = 10_000)]
    [TestCase(10_000, 1_024L, ExpectedResult = 512)]
    [TestCase(10_000, 256L, ExpectedResult = 64)]
    [TestCase(10, 256L, ExpectedResult = 10)]
    public long Connections_leave_file_descriptors_for_the_process(int wanted, long? descriptors) =>
        ServerLimits.Connections(wanted, descriptors);
}
