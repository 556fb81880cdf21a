namespace Microsoft.SqlServer.Server;

/// <summary>How a SQL CLR user-defined type is serialised; the values are those of the driver.</summary>
public enum Format
{
    Unknown = 0,
    Native = 1,
    UserDefined = 2,
}
