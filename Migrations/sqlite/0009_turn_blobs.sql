-- Responses name long strings and lists of tools in `blob`; completions keep what the upstream said of itself.

CREATE TABLE turn_blob (
    turn_id INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (turn_id, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX turn_blob_by_digest ON turn_blob (digest);

-- As the upstream wrote them, for completions that can be fetched again.
ALTER TABLE turn ADD COLUMN system_fingerprint TEXT;

ALTER TABLE turn ADD COLUMN service_tier TEXT;
