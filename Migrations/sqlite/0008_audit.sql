-- Who exported, erased, pruned, made a key: each row seals the one before it.

CREATE TABLE audit (
    -- One more than the row before: a gap is a row that was taken out.
    id INTEGER PRIMARY KEY,
    -- JSON with sorted names: time, actor, action, subject, details.
    entry TEXT NOT NULL,
    -- SHA-256 over the hash of the row before and the entry.
    hash BLOB NOT NULL,
    -- Copied out of the entry, to look rows up by.
    created_at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_action ON audit (action, id);

CREATE INDEX audit_by_actor ON audit (actor, id);

-- The last row, kept a second time: rows that were cut off the end are missed here.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY,
    last_id INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

INSERT INTO audit_head (id, last_id, hash)
VALUES (1, 0, x'');
