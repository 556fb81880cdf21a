namespace Microsoft.SqlServer.Server;

/// <summary>Binary form of a SQL CLR user-defined type. HealthApi has none; the driver looks for the type.</summary>
public interface IBinarySerialize
{
    void Read(BinaryReader r);

    void Write(BinaryWriter w);
}
