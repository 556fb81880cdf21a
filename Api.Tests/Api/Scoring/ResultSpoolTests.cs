using System.Text;
using HealthApi.Api.Scoring;
using HealthApi.Api.Serialization;
using NUnit.Framework;

namespace HealthApi.Api.Tests.Api.Scoring;

internal sealed class ResultSpoolTests
{
    private static readonly byte[] Filler = Encoding.ASCII.GetBytes(new string('x', 20_000));

    [TestCase(1, Description = "the reader keeps up: the streams are swapped after almost every append")]
    [TestCase(40)]
    [TestCase(500, Description = "the reader starts at the end: everything waits in the file")]
    public async Task Everything_arrives_in_order_at_any_speed_of_the_reader(int appendsAhead)
    {
        const int Chunks = 500;
        using var target = new PacedStream();
        await using var spool = new ResultSpool(target, CancellationToken.None);
        using var output = new Utf8Output();
        for (var i = 0; i < Chunks; i++)
        {
            output.Number(i);
            output.Raw(Filler);
            await spool.AppendAsync(output);
            if (i % appendsAhead == 0)
            {
                target.Release(appendsAhead);
            }
        }

        target.Release(1_000_000);
        await spool.CompleteAsync();
        Assert.That(target.Numbers, Is.EqualTo(Enumerable.Range(0, Chunks)));
    }

    [Test]
    public async Task Appending_is_cancelled_when_the_reader_is_gone()
    {
        using var gone = new CancellationTokenSource();
        using var target = new PacedStream();
        await using var spool = new ResultSpool(target, gone.Token);
        using var output = new Utf8Output();
        output.Raw(Filler);
        await spool.AppendAsync(output);
        await gone.CancelAsync();
        output.Raw(Filler);
        Assert.That(async () => await spool.AppendAsync(output), Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Accepts one write per permit, and collects the numbers between the fillers.</summary>
    private sealed class PacedStream : MemoryStream
    {
        private readonly SemaphoreSlim _permits = new(0);
        private readonly List<int> _numbers = [];
        private readonly StringBuilder _digits = new();

        public IReadOnlyList<int> Numbers
        {
            get
            {
                Take("x"u8);
                return _numbers;
            }
        }

        public void Release(int permits) => _permits.Release(permits);

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => await WriteAsync(buffer.AsMemory(offset, count), cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _permits.WaitAsync(cancellationToken);
            Take(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            _permits.Dispose();
            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> bytes)
        {
            foreach (var character in bytes)
            {
                if (character != 'x')
                {
                    _digits.Append((char)character);
                }
                else if (_digits.Length > 0)
                {
                    _numbers.Add(int.Parse(_digits.ToString()));
                    _digits.Clear();
                }
            }
        }
    }
}
