-- Until when a key is good (NULL: until it is revoked), and when it was last used, to within a minute or so.
ALTER TABLE api_keys ADD expires_at   datetime2(6) NULL;
ALTER TABLE api_keys ADD last_used_at datetime2(6) NULL;
