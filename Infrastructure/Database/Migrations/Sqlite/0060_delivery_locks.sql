-- About the locks of SQL Server; here a transaction is the lock.
SELECT 1;
