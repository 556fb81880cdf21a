using System.Text.Json;
using System.Text.Json.Nodes;
using HealthApi.Api.Accounts;
using HealthApi.Api.Bodies;
using HealthApi.Api.Serialization;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Api.Commands.Import;

/// <summary>
/// Applies the account changes of a chunk by the rules of <c>PATCH /v1/accounts/{id}</c>: first all changes with an effective date in one
/// transaction, then all changes that hold from now on.
/// </summary>
internal sealed class AccountPatches(AccountStore accounts, DatedProfiles dated, EvaluationPolicies policies)
{
    /// <summary>Accounts that were created or changed and are not yet evaluated.</summary>
    public HashSet<string> Touched { get; } = new(StringComparer.Ordinal);

    public async Task WriteAsync(
        IReadOnlyList<AccountPatch> patches, ImportTally tally, Action<Rejection> reject, CancellationToken cancellation)
    {
        if (patches.Count == 0) return;
        var segments = (await policies.CurrentAsync(cancellation)).Segments;
        foreach (
            var some in patches.GroupBy(patch => patch.EffectiveAt is null).OrderBy(group => group.Key).Select(group => group.ToList()))
        {
            var refused = new IReadOnlyList<FieldError>[some.Count];
            List<Func<Account?, Account?>> changes = [.. some.Select((patch, index) => ToChange(patch, index, segments, refused))];
            var statuses = some[0].EffectiveAt is null ? await FromNowOnAsync(some, changes, cancellation)
                : await DatedAsync(some, changes, cancellation);
            Count(some, statuses, refused, tally, reject);
        }
    }

    private Task<IReadOnlyList<WriteStatus>> DatedAsync(
        List<AccountPatch> patches, List<Func<Account?, Account?>> changes, CancellationToken cancellation) =>
        dated.WriteAsync([.. patches.Zip(changes, (patch, change) => ToEdit(patch, change))], cancellation);

    private static DatedEdit ToEdit(AccountPatch patch, Func<Account?, Account?> change) =>
        new(patch.AccountId, patch.EffectiveAt!.Value, ProfileChain.FieldsOf(patch.Fields.Select(field => field.Key)), change);

    private async Task<IReadOnlyList<WriteStatus>> FromNowOnAsync(
        List<AccountPatch> patches, List<Func<Account?, Account?>> changes, CancellationToken cancellation)
    {
        var writes = await accounts.WriteAllAsync(
            [.. patches.Zip(changes, (patch, change) => new AccountEdit(patch.AccountId, change))], cancellation);
        return [.. writes.Select(write => write.Status)];
    }

    private void Count(
        List<AccountPatch> patches, IReadOnlyList<WriteStatus> statuses, IReadOnlyList<FieldError>[] refused, ImportTally tally,
        Action<Rejection> reject)
    {
        for (var index = 0; index < patches.Count; index++)
        {
            var (patch, status) = (patches[index], statuses[index]);
            if (status is WriteStatus.Created or WriteStatus.Updated) Touched.Add(patch.AccountId);
            if (refused[index] is { Count: > 0 } errors) reject(new Rejection(patch.File, patch.Line, patch.Output, errors));
            else if (status == WriteStatus.Created) tally.AccountsCreated++;
            else if (status == WriteStatus.Updated) tally.AccountsUpdated++;
            else tally.AccountsUnchanged++;
        }
    }

    private static Func<Account?, Account?> ToChange(
        AccountPatch patch, int index, SegmentPolicy segments, IReadOnlyList<FieldError>[] refused) => before =>
    {
        var document = before is null ? new AccountDocument() : AccountDocument.Of(before);
        refused[index] = [];
        if (MergePatch.Of(patch.Fields).Apply(document).Failed(out var problem, out var patched))
        {
            refused[index] = [
                .. problem.Errors?.OfType<FieldError>()
                ?? [new FieldError("", ErrorCodes.InvalidFormat, problem.Detail ?? problem.Type.Title)]];
            return null;
        }

        refused[index] = AccountRules.Check(patched, patch.AccountId, segments);
        var unchanged = patch.EffectiveAt is null && before is not null && Same(document, patched);
        return refused[index].Count > 0 || unchanged ? null : patched.ToAccount(patch.AccountId);
    };

    private static bool Same(AccountDocument left, AccountDocument right) => JsonNode.DeepEquals(
        JsonSerializer.SerializeToNode(left, Json.Answers), JsonSerializer.SerializeToNode(right, Json.Answers));
}
