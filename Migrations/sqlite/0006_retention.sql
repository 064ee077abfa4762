-- Keeping house: what may not be pruned, what is being pruned, what was.

-- A hold exempts a conversation from every prune, whatever the policy says.
ALTER TABLE conversation ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

-- The run that removes it, slice by slice; it cannot be restored any more.
ALTER TABLE conversation ADD COLUMN removal_id INTEGER;

-- When somebody last did something with it that `updated_at` does not say: imported, restored or changed it.
ALTER TABLE conversation ADD COLUMN touched_at INTEGER;

CREATE INDEX conversation_removed ON conversation (removal_id)
    WHERE removal_id IS NOT NULL;

CREATE INDEX conversation_restorable ON conversation (person_id, deleted_at, id)
    WHERE hidden = 0 AND deleted_at IS NOT NULL;

CREATE INDEX item_rated ON item (conversation_id, rating)
    WHERE rating IS NOT NULL;

-- A report of each prune: of a person, of the schedule, or of deleted conversations whose time is over.
CREATE TABLE removal (
    id INTEGER PRIMARY KEY,
    public_id BLOB NOT NULL,
    -- Whose conversations; null for everybody's.
    person_id INTEGER,
    -- prune, retention or deleted.
    reason TEXT NOT NULL,
    -- Who asked for it; `parley` for the schedule.
    actor TEXT NOT NULL,
    -- The filter, as JSON.
    filter TEXT NOT NULL,
    conversations INTEGER NOT NULL,
    items INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    CONSTRAINT removal_public_id_unique UNIQUE (public_id)
) STRICT;

CREATE INDEX removal_by_person ON removal (person_id, id);

-- The receipt of an erasure: no name, nothing that was said.
CREATE TABLE erasure (
    id INTEGER PRIMARY KEY,
    public_id BLOB NOT NULL,
    -- A number that is never given to another person, so that nothing of this one's can be taken for theirs.
    person_id INTEGER NOT NULL,
    conversations INTEGER NOT NULL,
    items INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    keys INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    CONSTRAINT erasure_public_id_unique UNIQUE (public_id)
) STRICT;

-- What was kept for how long when the server last looked, as JSON: a change is written into the audit log.
CREATE TABLE retention_policy (
    id INTEGER PRIMARY KEY,
    policy TEXT NOT NULL
) STRICT;
