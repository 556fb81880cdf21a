using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Api.Accounts;
using HealthApi.Api.Http;
using HealthApi.Core.Accounts;
using HealthApi.Core.Validation;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Processing;

namespace HealthApi.Api.Commands.Import;

/// <summary>Lays what rows say of accounts over what is known, by the rules of <c>PATCH /v1/accounts/{id}</c>; all of a chunk in one transaction.</summary>
internal sealed class AccountPatches(AccountStore accounts, EvaluationPolicies policies)
{
    /// <summary>Accounts that were made or changed and are still to be evaluated.</summary>
    public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);

    public async Task WriteAsync(IReadOnlyList<AccountPatch> patches, ImportTally tally, Action<Rejection> reject, CancellationToken cancellation)
    {
        if (patches.Count == 0) return;
        var segments = (await policies.CurrentAsync(cancellation)).Segments;
        var refused = new IReadOnlyList<FieldError>[patches.Count];
        var writes = await accounts.WriteAllAsync([.. patches.Select((patch, index) => new AccountEdit(patch.AccountId, ToChange(patch, index, segments, refused)))], cancellation);
        for (var index = 0; index < patches.Count; index++)
        {
            var (patch, status) = (patches[index], writes[index].Status);
            if (status is AccountWriteStatus.Created or AccountWriteStatus.Updated) Touched.Add(patch.AccountId);
            if (refused[index] is { Count: > 0 } errors) reject(new Rejection(patch.File, patch.Line, patch.Output, errors));
            else if (status == AccountWriteStatus.Created) tally.AccountsCreated++;
            else if (status == AccountWriteStatus.Updated) tally.AccountsUpdated++;
            else tally.AccountsUnchanged++;
        }
    }

    private static Func<Account?, Account?> ToChange(AccountPatch patch, int index, SegmentPolicy segments, IReadOnlyList<FieldError>[] refused) => before =>
    {
        var document = before is null ? new AccountDocument() : AccountDocument.Of(before);
        refused[index] = [];
        if (MergePatch.Of(patch.Fields).Apply(document).Failed(out var problem, out var patched))
        {
            refused[index] = [.. problem.Errors?.OfType<FieldError>() ?? [new FieldError("", ErrorCodes.InvalidFormat, problem.Detail ?? problem.Type.Title)]];
            return null;
        }

        refused[index] = AccountRules.Check(patched, patch.AccountId, segments);
        return refused[index].Count > 0 || (before is not null && Same(document, patched)) ? null : patched.ToAccount(patch.AccountId);
    };

    private static bool Same(AccountDocument left, AccountDocument right) => JsonNode.DeepEquals(
        JsonSerializer.SerializeToNode(left, Json.Answers), JsonSerializer.SerializeToNode(right, Json.Answers));
}
