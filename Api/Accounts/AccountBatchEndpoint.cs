using HealthApi.Api.Bodies;
using HealthApi.Api.Idempotency;
using HealthApi.Api.Problems;
using HealthApi.Core.Accounts;
using HealthApi.Core.Input;
using HealthApi.Infrastructure.Accounts;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Policies;

namespace HealthApi.Api.Accounts;

/// <summary>
/// <c>POST /v1/accounts:batch</c>: up to 1,000 upserts in one transaction, all or none. Each is a full document with its id.
/// </summary>
internal static class AccountBatchEndpoint
{
    private const int MaxAccounts = 1_000;

    public static async Task<Results<Ok<AccountBatchView>, Problem>> PostAsync(
        HttpRequest request, AccountStore accounts, EvaluationPolicies policies, CancellationToken cancellation)
    {
        if ((await RequestJson.ReadAsync<Batch>(request)).Failed(out var problem, out var batch)) return problem;
        if (batch.Accounts.Count > MaxAccounts) return new Problem(ProblemType.TooLarge, $"At most {MaxAccounts:N0} accounts per request.");
        var segments = (await policies.CurrentAsync(cancellation)).Segments;
        var errors = batch.Accounts.SelectMany((document, index) => Check(document, index, segments)).Concat(Repeated(batch.Accounts))
            .ToList();
        if (batch.Accounts.Count == 0) errors.Add(new FieldError("/accounts", ErrorCodes.Required, "Give at least one account."));
        if (errors.Count > 0) return Problem.Invalid(errors);
        var writes = await accounts.WriteAllAsync([.. batch.Accounts.Select(ToChange)], cancellation);
        ShownAccounts.Set(request.HttpContext, [.. writes.Select(write => write.Stored!.Account.Id)]);
        var created = writes.Count(write => write.Status == WriteStatus.Created);
        var views = await ViewsAsync(writes, accounts, cancellation);
        return TypedResults.Ok(new AccountBatchView(created, writes.Count - created, views));
    }

    /// <summary>Updated accounts are shown with their stored score and churn risk, created ones without.</summary>
    private static async Task<IReadOnlyList<AccountView>> ViewsAsync(
        IReadOnlyList<Write<StoredAccount>> writes, AccountStore accounts, CancellationToken cancellation)
    {
        var before = writes.Where(write => write.Status == WriteStatus.Updated).Select(write => write.Stored!.Account.Id);
        var states = await accounts.LoadStatesAsync([.. before], cancellation);
        return [.. writes.Select(write => states.TryGetValue(write.Stored!.Account.Id, out var state)
            ? AccountView.Of(state)
            : AccountView.Of(write.Stored))];
    }

    private static IEnumerable<FieldError> Check(AccountDocument? document, int index, SegmentPolicy segments)
    {
        var pointer = $"/accounts/{index}";
        if (document is null) return [new FieldError(pointer, ErrorCodes.WrongType, "Must be an account.")];
        var errors = document.Id is null
            ? [new FieldError("/id", ErrorCodes.Required, "Must be given.")]
            : Identifiers.Check("/id", document.Id) is { } bad ? [bad] : AccountRules.Check(document, document.Id, segments);
        return errors.Select(error => error with { Pointer = pointer + error.Pointer });
    }

    private static IEnumerable<FieldError> Repeated(IReadOnlyList<AccountDocument?> documents)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < documents.Count; index++)
        {
            if (documents[index]?.Id is { } id && !seen.Add(id))
                yield return new FieldError($"/accounts/{index}/id", ErrorCodes.Duplicate, "The request contains this account twice.");
        }
    }

    private static AccountEdit ToChange(AccountDocument document) => new(document.Id!, _ => document.ToAccount(document.Id!));

    private sealed record Batch(IReadOnlyList<AccountDocument> Accounts);
}

/// <summary>The numbers of accounts that a batch created and updated, and the accounts after it, in the order of the request.</summary>
internal sealed record AccountBatchView(int Created, int Updated, IReadOnlyList<AccountView> Data);
