-- The types of rows on the hot path, with keys: without one a join compares each row with each. A type cannot be changed, so these stand beside those of the
-- first migration, which earlier versions use. is_first says of an event that it is the first of its identity in the call, is_first_content the first of its content.
CREATE TYPE event_rows_keyed AS TABLE (
    position         bigint NOT NULL PRIMARY KEY,
    source           nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    id               nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    type             bigint NOT NULL,
    account_id       nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    occurred_at      datetime2(6) NOT NULL,
    received_at      datetime2(6) NOT NULL,
    hash             bigint NOT NULL,
    data             nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    is_first         bit NOT NULL,
    is_first_content bit NOT NULL
);
GO

CREATE TYPE account_state_rows_keyed AS TABLE (
    account_id        nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY,
    known_version     bigint NOT NULL,
    figures           varbinary(max) NOT NULL,
    memory            nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
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

CREATE TYPE lane_batch_rows_keyed AS TABLE (
    position bigint NOT NULL PRIMARY KEY,
    lane     bigint NOT NULL,
    events   bigint NOT NULL,
    payload  varbinary(max) NOT NULL
);
GO
