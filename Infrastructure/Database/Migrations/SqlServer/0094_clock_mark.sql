-- One row: the latest time that a worker's clock has shown. Where it stays ahead of a clock, that clock was set back, and due times are moved by as much.
CREATE TABLE clock_mark (
    id bigint       NOT NULL CONSTRAINT pk_clock_mark PRIMARY KEY,
    at datetime2(6) NOT NULL
);
GO
INSERT INTO clock_mark (id, at) VALUES (1, '1970-01-01T00:00:00');
