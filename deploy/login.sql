-- The login of the service. Safe to repeat; sets the password again if it has changed. LOGIN_PASSWORD comes from the environment of sqlcmd.
IF SUSER_ID(N'healthapi') IS NULL
    CREATE LOGIN healthapi WITH PASSWORD = N'$(LOGIN_PASSWORD)';
ELSE
    ALTER LOGIN healthapi WITH PASSWORD = N'$(LOGIN_PASSWORD)';
GO
-- The login may create its database, and then owns it.
ALTER SERVER ROLE dbcreator ADD MEMBER healthapi;
GO
