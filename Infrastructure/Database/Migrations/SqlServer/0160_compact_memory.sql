-- The memory in its binary form, about a sixth of the JSON. A row that this version has written holds - in memory; the others are
-- converted when their account is written next. Figures of format 3 tell processes of earlier versions that they cannot use the row.
ALTER TABLE account_states ADD memory_bytes varbinary(max) NULL;
GO

-- A type cannot be changed, so this one stands beside the one that earlier versions use.
CREATE TYPE account_state_rows_compact AS TABLE (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    known_version     bigint NOT NULL,
    figures           varbinary(max) NOT NULL,
    memory_bytes      varbinary(max) NOT NULL,
    score             float NULL,
    category          nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    previous_category nvarchar(64) COLLATE Latin1_General_100_BIN2 NULL,
    risk_score        float NOT NULL,
    risk_level        nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    evaluated_at      datetime2(6) NOT NULL,
    due_at            datetime2(6) NULL,
    restate_from      bigint NULL
);
GO
