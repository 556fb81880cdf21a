namespace HealthApi.Core.Integrations;

/// <summary>
/// A system whose webhooks are taken as they are. <see cref="Segment"/> stands for RudderStack too, which speaks the same protocol.
/// </summary>
public enum Vendor : byte { Stripe, Zendesk, Segment, Hubspot, Delighted, Generic }
