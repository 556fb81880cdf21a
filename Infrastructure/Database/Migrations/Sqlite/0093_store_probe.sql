-- One row that the readiness check writes, so that a store which can only be read is not called ready. The bytes change with every check.
CREATE TABLE store_probe (
    id         INTEGER NOT NULL PRIMARY KEY,
    written_at INTEGER NOT NULL,
    bytes      BLOB    NOT NULL
);
INSERT INTO store_probe (id, written_at, bytes) VALUES (1, 0, x'');
