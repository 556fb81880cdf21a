using HealthApi.Api.Http;
using HealthApi.Api.Problems;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Export;

namespace HealthApi.Api.Accounts;

/// <summary>
/// <c>GET …/export</c>: everything that is stored about an account, as NDJSON, for a data subject's request; scope <c>read</c>.
/// </summary>
internal static class ExportEndpoint
{
    public static async Task<Results<ExportAnswer, Problem>> GetAsync(
        HttpContext context, AccountStore accounts, AccountExport export, CancellationToken cancellation)
    {
        if (PathIds.Account(context).Failed(out var problem, out var id)) return problem;
        return await accounts.FindAsync(id, cancellation) is null ? AccountProblems.NotFound(id) : new ExportAnswer(export, id);
    }

    /// <summary>
    /// Sends each chunk before it reads the next one, so that a slow caller holds no transaction open. A failure midway aborts the answer.
    /// </summary>
    internal sealed class ExportAnswer(AccountExport export, string id) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = MediaTypes.NdJson;
            response.Headers.ContentDisposition = "attachment; filename=\"account-export.ndjson\"";
            await foreach (var lines in export.ReadAsync(id, httpContext.RequestAborted))
                await response.Body.WriteAsync(lines, httpContext.RequestAborted);
        }
    }
}
