namespace HealthApi.Core.Input;

/// <summary>Where a reader stands, which members it has seen there, and the errors it met on the way.</summary>
internal sealed class DocumentTrail(string root)
{
    private readonly List<string> _segments = [];
    private readonly Stack<Container> _open = [];
    private Container? _left;

    public List<FieldError> Errors { get; } = [];

    public void Begin() => _open.Push(new Container());

    public void End() => _left = _open.Pop();

    /// <summary>Enters a member; false when the object had it before.</summary>
    public bool Enter(string member)
    {
        Step(member);
        return _open.Peek().Members.Add(member);
    }

    /// <summary>Enters the next item and gives its index.</summary>
    public int EnterItem()
    {
        var index = _open.Peek().Items++;
        Step(index.ToString());
        return index;
    }

    public bool IsItem(int index) => _open.Peek().Items == index + 1;

    /// <summary>Leaves the member or item entered last, if any.</summary>
    public void Leave()
    {
        if (_open.Peek().Entered)
        {
            _segments.RemoveAt(_segments.Count - 1);
            _open.Peek().Entered = false;
        }
    }

    /// <summary>Whether the object left last had the member.</summary>
    public bool Had(string member) => _left?.Members.Contains(member) == true;

    public void Fail(string code, string detail, string child)
        => Errors.Add(new FieldError(root + string.Concat(_segments) + child, code, detail));

    private void Step(string segment)
    {
        _segments.Add("/" + segment.Replace("~", "~0").Replace("/", "~1"));
        _open.Peek().Entered = true;
    }

    private sealed class Container
    {
        public HashSet<string> Members { get; } = [];

        public int Items { get; set; }

        public bool Entered { get; set; }
    }
}
