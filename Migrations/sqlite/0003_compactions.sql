-- Compactions: summaries that stand in a context for the items before them.

-- The readable text, which may be edited: beside the item, so that no hash depends on it.
CREATE TABLE compaction (
    place INTEGER PRIMARY KEY,
    summary TEXT NOT NULL,
    edited_at INTEGER
) STRICT;

-- The keys that seal what clients carry for us, newest last.
CREATE TABLE seal_key (
    id INTEGER PRIMARY KEY,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
