-- Until when a key is good (NULL: until it is revoked), and when it was last used, to within a minute or so.
ALTER TABLE api_keys ADD COLUMN expires_at   INTEGER NULL;
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER NULL;
