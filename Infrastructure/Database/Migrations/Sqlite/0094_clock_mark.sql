-- One row: the latest time that a worker's clock has shown. Where it stays ahead of a clock, that clock was set back, and due times are moved by as much.
CREATE TABLE clock_mark (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
);
INSERT INTO clock_mark (id, at) VALUES (1, 0);
