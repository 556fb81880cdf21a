-- Types of rows that travel as parameters: on SQL Server only.
SELECT 1;
