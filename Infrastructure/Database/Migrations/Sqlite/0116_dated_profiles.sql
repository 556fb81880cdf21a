-- Profiles that were told with an effective date: held since it, known since recorded_at. Of those that hold since the same instant, in this table and in
-- account_profiles, the one that was recorded last counts.
-- stated names the fields that were told, separated by spaces; the others are taken over from the profile before.
CREATE TABLE dated_profiles (
    account_id  TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    since       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    profile     TEXT    NOT NULL,
    stated      TEXT    NOT NULL,
    PRIMARY KEY (account_id, since, recorded_at)
) WITHOUT ROWID;
