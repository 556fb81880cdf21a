using HealthApi.Core.Input;

namespace HealthApi.Core.Accounts;

/// <summary>Reads one segment with its engagement policy.</summary>
internal static class SegmentReader
{
    private const int LongestText = 200, MostReviewDays = 3_650, MostResponseHours = 8_760;
    private const decimal LargestArr = 1_000_000_000_000m;

    private static readonly string[] Touches = ["high", "medium", "low", "tech"];

    private static readonly string[] Members = ["id", "minimumArr", "touch", "csm", "businessReviewDays", "firstResponseHours"];

    public static Segment? Read(ref DocumentReader document)
    {
        if (!document.BeginObject()) return null;
        var errors = document.ErrorCount;
        string? id = null, touch = null, csm = null;
        decimal? minimum = null;
        int? reviews = null, response = null;
        while (document.NextMember())
        {
            switch (document.Member)
            {
                case "id": id = document.Id(); break;
                case "minimumArr": minimum = document.IsNull ? null : document.Amount(0, LargestArr); break;
                case "touch": touch = document.Choice(Touches); break;
                case "csm": csm = document.Text(LongestText); break;
                case "businessReviewDays": reviews = document.IsNull ? null : document.Integer(1, MostReviewDays); break;
                case "firstResponseHours": response = document.Integer(1, MostResponseHours); break;
                default: document.UnknownMember(Members); break;
            }
        }

        document.Require("id", "touch", "csm", "firstResponseHours");
        return document.ErrorCount > errors ? null : new Segment(id!, minimum, touch!, csm!, reviews, response!.Value);
    }
}
