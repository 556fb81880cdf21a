-- The login of the service. Safe to repeat; a changed password is taken over. LOGIN_PASSWORD comes from the environment of sqlcmd.
IF SUSER_ID(N'healthapi') IS NULL
    CREATE LOGIN healthapi WITH PASSWORD = N'$(LOGIN_PASSWORD)';
ELSE
    ALTER LOGIN healthapi WITH PASSWORD = N'$(LOGIN_PASSWORD)';
GO
-- It creates its database, which makes it the owner of that one.
ALTER SERVER ROLE dbcreator ADD MEMBER healthapi;
GO
