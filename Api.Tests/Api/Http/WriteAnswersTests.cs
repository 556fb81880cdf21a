using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Database;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Http;

internal sealed class WriteAnswersTests
{
    private static readonly Problem Missing = Problem.NotFound("There is no such thing.");

    [TestCase(WriteStatus.NotFound, 404)]
    [TestCase(WriteStatus.Conflict, 409)]
    [TestCase(WriteStatus.PreconditionFailed, 412)]
    public void A_write_that_changed_nothing_is_a_problem(WriteStatus status, int code) =>
        Assert.That(status.ToProblem(Missing)!.Type.Status, Is.EqualTo(code));

    [TestCase(WriteStatus.Created)]
    [TestCase(WriteStatus.Updated)]
    [TestCase(WriteStatus.Deleted)]
    public void A_write_that_changed_something_is_no_problem(WriteStatus status) => Assert.That(status.ToProblem(Missing), Is.Null);

    [TestCase(WriteStatus.NoAccount)]
    [TestCase(WriteStatus.AccountParked)]
    [TestCase(WriteStatus.Invalid)]
    public void An_outcome_of_only_some_resources_must_be_answered_by_the_endpoint(WriteStatus status) =>
        Assert.That(() => status.ToProblem(Missing), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
