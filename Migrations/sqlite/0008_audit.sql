-- Who exported, erased, pruned, made a key: each row seals the one before it.

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    -- JSON with sorted names: time, actor, action, subject, details.
    entry TEXT NOT NULL,
    -- SHA-256 over the hash of the row before and the entry.
    hash BLOB NOT NULL
) STRICT;
