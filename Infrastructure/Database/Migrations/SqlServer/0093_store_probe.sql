-- One row that the readiness check writes, so that a store which can only be read is not called ready. The bytes change with every check.
CREATE TABLE store_probe (
    id         bigint         NOT NULL CONSTRAINT pk_store_probe PRIMARY KEY,
    written_at datetime2(6)   NOT NULL,
    bytes      varbinary(max) NOT NULL
);
GO
INSERT INTO store_probe (id, written_at, bytes) VALUES (1, '1970-01-01T00:00:00', 0x);
