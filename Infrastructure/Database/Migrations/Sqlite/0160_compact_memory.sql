-- The memory in its binary form, about a sixth of the JSON. A row that this version has written holds - in memory; the others are
-- converted when their account is written next. Figures of format 3 tell processes of earlier versions that they cannot use the row.
ALTER TABLE account_states ADD COLUMN memory_bytes BLOB NULL;
