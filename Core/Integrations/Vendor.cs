namespace HealthApi.Core.Integrations;

/// <summary>
/// A system whose webhooks are accepted in their own format. <see cref="Segment"/> also means RudderStack, which uses the same
/// protocol.
/// </summary>
public enum Vendor : byte { Stripe, Zendesk, Segment, Hubspot, Delighted, Generic }
