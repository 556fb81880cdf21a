-- Deliveries that inbound webhooks refused: how many by reason, and the newest of each reason. Both are bounded: reasons are a closed set, and older rows of the second go as newer ones come.
CREATE TABLE integration_refusal_counts (
    integration_id TEXT    NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    reason         TEXT    NOT NULL,
    refused        INTEGER NOT NULL,
    last_at        INTEGER NOT NULL,
    PRIMARY KEY (integration_id, reason)
) WITHOUT ROWID;

CREATE TABLE integration_refusals (
    integration_id TEXT    NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
    reason         TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    id             TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    detail         TEXT    NOT NULL,
    content_type   TEXT    NULL,
    bytes          INTEGER NULL,
    address        TEXT    NULL,
    PRIMARY KEY (integration_id, reason, at, id)
) WITHOUT ROWID;
