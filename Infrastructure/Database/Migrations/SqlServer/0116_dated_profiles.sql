-- Profiles that were told with an effective date: held since it, known since recorded_at. Of those that hold since the same instant, in this table and in
-- account_profiles, the one that was recorded last counts.
-- stated names the fields that were told, separated by spaces; the others are taken over from the profile before.
CREATE TABLE dated_profiles (
    account_id  nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since       datetime2(6)  NOT NULL,
    recorded_at datetime2(6)  NOT NULL,
    profile     nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
    stated      nvarchar(1000) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY (account_id, since, recorded_at)
);
