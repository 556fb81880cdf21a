using System.CommandLine;
using HealthApi.Api.Security;
using HealthApi.Infrastructure.Database;
using HealthApi.Infrastructure.Security;

namespace HealthApi.Api.Commands;

/// <summary><c>keys create|list|revoke</c>: manages API keys directly in the store, for operators without an admin key.</summary>
internal static class KeysCommand
{
    public static Command Create(CommandContext context) => new("keys", "Create, list and revoke API keys.")
    {
        CreateKey(context),
        ListKeys(context),
        RevokeKey(context),
    };

    private static Command CreateKey(CommandContext context)
    {
        var name = new Option<string>(
            "--name")
        { Description = "The purpose of the key; also the source of events posted with it that name none.", Required = true };
        name.Validators.Add(result =>
        {
            if (ApiKeyName.Check("--name", result.GetValueOrDefault<string>() ?? "") is { } error)
                result.AddError($"{error.Pointer}: {error.Detail}");
        });
        var scopes = new Option<string[]>("--scope")
        {
            Description = "A scope of the key; repeat the option for several.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        scopes.AcceptOnlyFromAmong([.. ApiScopes.All]);
        var expires = new Option<string?>("--expires")
        {
            Description = "When the key expires: a time (2027-01-31T18:00:00Z) or days from now (90d). By default it does not expire.",
        };
        var command = new Command("create", "Create a key and print it; it is shown only this once.") { name, scopes, expires };
        command.SetAction((parsed, cancellation) => WithStoreAsync(context, async (store, now) =>
        {
            var end = KeyExpiry.Parse(parsed.GetValue(expires), now);
            var (key, secret) = await store.CreateAsync(
                parsed.GetRequiredValue(name).Trim(), [.. parsed.GetRequiredValue(scopes).Distinct()], end, cancellation);
            var until = end is null ? "" : $", valid until {end:u}";
            await context.Error.WriteLineAsync(
                $"Created {key.Id} '{key.Name}' with {string.Join(", ", key.Scopes)}{until}. The key is shown only now:");
            await context.Out.WriteLineAsync(secret);
        }, cancellation));
        return command;
    }

    private static Command ListKeys(CommandContext context)
    {
        var command = new Command("list", "List all keys, without their secret text.");
        command.SetAction((_, cancellation) => WithStoreAsync(context, async (store, now) =>
        {
            var table = new TextTable("id", "name", "begins", "scopes", "status", "created", "expires", "last used", "revoked");
            foreach (var key in await store.ListAsync(cancellation))
            {
                table.Add(key.Id, key.Name, key.Prefix, string.Join(' ', key.Scopes), key.StatusAt(now).ToString().ToLowerInvariant(),
                    $"{key.CreatedAt:u}", $"{key.ExpiresAt:u}", $"{key.LastUsedAt:u}", $"{key.RevokedAt:u}");
            }

            if (table.IsEmpty) await context.Out.WriteLineAsync("There is no key yet; serve creates the first one.");
            else table.Write(context.Out, "");
        }, cancellation));
        return command;
    }

    private static Command RevokeKey(CommandContext context)
    {
        var id = new Argument<string>("ID") { Description = "The key's id, as list shows it." };
        var command = new Command("revoke", "Revoke a key permanently; running processes refuse it within five seconds.") { id };
        command.SetAction((parsed, cancellation) => WithStoreAsync(context, async (store, _) =>
        {
            if (await store.RevokeAsync(parsed.GetRequiredValue(id), cancellation) == WriteStatus.NotFound)
                throw new CommandFailure($"There is no key '{parsed.GetValue(id)}', or it was already revoked.");
            await context.Out.WriteLineAsync($"Revoked {parsed.GetValue(id)}.");
        }, cancellation));
        return command;
    }

    private static async Task<int> WithStoreAsync(
        CommandContext context, Func<ApiKeyStore, DateTimeOffset, Task> work, CancellationToken cancellation)
    {
        await using var app = context.Build();
        await app.Services.GetRequiredService<IDatabase>().MigrateAsync(cancellation);
        await work(app.Services.GetRequiredService<ApiKeyStore>(), app.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        return ExitCode.Done;
    }
}
