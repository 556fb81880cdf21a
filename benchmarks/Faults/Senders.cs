using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace HealthApi.Benchmarks.Faults;

/// <summary>
/// Callers that post small batches one after the other until they are stopped, whatever happens to the service. A request that is refused
/// or not answered is dropped, or, with <see cref="SenderOptions.Resend"/>, sent again under the same <c>Idempotency-Key</c> until it is
/// acknowledged.
/// </summary>
internal sealed class Senders : IDisposable
{
    private const int MostEvents = 7, Accounts = 40;

    private static readonly TimeSpan Away = TimeSpan.FromMilliseconds(10);
    private static int _runs;

    private readonly int _run = Interlocked.Increment(ref _runs);
    private readonly HttpClient _client;
    private readonly Ledger _ledger;
    private readonly Task[] _sending;
    private readonly CancellationTokenSource _enough = new();
    private long _again;

    public Senders(Uri address, string key, Ledger ledger, SenderOptions options)
    {
        _ledger = ledger;
        _client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(70) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _sending = [.. Enumerable.Range(0, options.Count).Select(sender => Task.Run(() => SendAsync(sender, options)))];
    }

    /// <summary>The number of requests that were sent again.</summary>
    public long Again => Interlocked.Read(ref _again);

    public static string Account(int number) => $"a{number % Accounts}";

    public static IEnumerable<string> AllAccounts => Enumerable.Range(0, Accounts).Select(Account);

    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_sending);
    }

    public void Dispose()
    {
        _client.Dispose();
        _enough.Dispose();
    }

    private async Task SendAsync(int sender, SenderOptions options)
    {
        for (var request = 0; !_enough.IsCancellationRequested; request++)
        {
            var events = Enumerable.Range(0, 1 + (request % MostEvents))
                .Select(
                    number => FaultEvent.Of($"{_run}-{sender}-{request}-{number}", (request * 31) + number + sender, options.CrossEvery))
                .ToList();
            _ledger.Sending(events.Count);
            while (!await PostAsync(events, options.Resend ? $"{_run}-{sender}-{request}" : null) && options.Resend)
                Interlocked.Increment(ref _again);
            if (options.Pause > TimeSpan.Zero) await Task.Delay(options.Pause);
        }
    }

    private async Task<bool> PostAsync(List<FaultEvent> events, string? idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = JsonContent.Create(events) };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", $"\"{idempotencyKey}\"");
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.SendAsync(request);
            var now = Stopwatch.GetTimestamp();
            _ledger.Answer(
                new Answered(
                    now, Stopwatch.GetElapsedTime(began, now).TotalMilliseconds, (int)response.StatusCode,
                    response.Headers.RetryAfter is not null));
            if (response.IsSuccessStatusCode) _ledger.Acknowledge(events.Select(sent => sent.Id));
            else await Task.Delay(Away);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            if (failure is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
                _ledger.Unanswered(events[0].Id);
            await Task.Delay(Away);
            return false;
        }
    }
}
