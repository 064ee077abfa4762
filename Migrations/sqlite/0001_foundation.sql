-- Users, keys, conversations, the tree of items, turns.
-- Times are Unix milliseconds, booleans 0 or 1, hashes and identifiers blobs, JSON is text.
-- Nothing cascades along the tree: a trigger per level would meet SQLite's depth limit.

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- The key of this person's item hashes. Destroying it makes them meaningless.
    hash_key BLOB,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    CONSTRAINT person_name_unique UNIQUE (name),
    CONSTRAINT person_role_known CHECK (role IN ('user', 'admin'))
) STRICT;

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    -- The part of the key that names it.
    handle TEXT NOT NULL,
    -- SHA-256 of the secret, which has 256 random bits of its own.
    digest BLOB NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_key_handle_unique UNIQUE (handle),
    CONSTRAINT api_key_person FOREIGN KEY (person_id) REFERENCES person (id)
) STRICT;

CREATE INDEX api_key_by_person ON api_key (person_id);

CREATE TABLE process (
    id INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    public_id BLOB NOT NULL,
    title TEXT NOT NULL,
    -- The tip of the active path; both null while it is empty.
    tip_branch_id INTEGER,
    tip_position INTEGER,
    -- The items on the active path that are not tombstones.
    item_count INTEGER NOT NULL,
    model TEXT,
    instructions TEXT,
    context_policy TEXT,
    context_budget INTEGER,
    -- Where the policy `stable` last cut: contexts begin at this position.
    context_cut INTEGER,
    pinned INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    -- Made for a response that named no conversation; never listed.
    hidden INTEGER NOT NULL,
    -- Where it was imported from, and what it was called there.
    source TEXT,
    source_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CONSTRAINT conversation_public_id_unique UNIQUE (public_id),
    CONSTRAINT conversation_person FOREIGN KEY (person_id) REFERENCES person (id)
) STRICT;

CREATE INDEX conversation_by_update ON conversation (person_id, updated_at, id)
    WHERE hidden = 0 AND deleted_at IS NULL;

CREATE INDEX conversation_deleted ON conversation (deleted_at)
    WHERE deleted_at IS NOT NULL;

CREATE UNIQUE INDEX conversation_by_source ON conversation (person_id, source, source_id)
    WHERE source IS NOT NULL;

CREATE TABLE conversation_metadata (
    conversation_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (conversation_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_metadata_by_value ON conversation_metadata (name, value);

CREATE TABLE conversation_tag (
    conversation_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_tag_by_tag ON conversation_tag (tag);

-- A line of items that leaves its parent branch behind a position. The first branch has no parent.
CREATE TABLE branch (
    id INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    parent_branch_id INTEGER,
    fork_position INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT branch_conversation FOREIGN KEY (conversation_id) REFERENCES conversation (id)
) STRICT;

CREATE INDEX branch_by_parent ON branch (conversation_id, parent_branch_id, fork_position);

CREATE TABLE item (
    -- branch << 24 | position: a page of a path is a range of keys.
    place INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    public_id BLOB NOT NULL,
    turn_id INTEGER,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    -- The exact JSON, without our id, times and status; empty in a tombstone.
    json TEXT NOT NULL,
    -- HMACs under the person's key: of the whole path with its exact JSON, of the path's meaning,
    -- and of an item from the model with the one before it.
    chain BLOB NOT NULL,
    match BLOB NOT NULL,
    pair BLOB,
    -- The how-manieth among siblings with the same chain, for imports.
    ordinal INTEGER NOT NULL,
    source_id TEXT,
    tokens INTEGER,
    rating INTEGER,
    pinned INTEGER NOT NULL,
    -- The item that this one is an edit of.
    edit_of BLOB,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CONSTRAINT item_public_id_unique UNIQUE (public_id)
) STRICT;

-- Only what the model said can end a prefix that is looked up.
CREATE INDEX item_by_match ON item (match)
    WHERE pair IS NOT NULL;

CREATE INDEX item_by_pair ON item (pair)
    WHERE pair IS NOT NULL;

CREATE INDEX item_pinned ON item (conversation_id)
    WHERE pinned = 1;

CREATE INDEX item_deleted ON item (conversation_id)
    WHERE deleted_at IS NOT NULL;

CREATE TABLE item_metadata (
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (place, name)
) STRICT, WITHOUT ROWID;

-- Long strings of items (images) and of turns (tools), once each; `@blob` in the JSON names them.
CREATE TABLE blob (
    digest BLOB NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE item_blob (
    place INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (place, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_blob_by_digest ON item_blob (digest);

CREATE TABLE turn (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    public_id BLOB NOT NULL,
    -- Null when nothing of it is recorded.
    conversation_id INTEGER,
    api_key_id INTEGER,
    process_id INTEGER,
    face TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    -- It can be fetched by its OpenAI id.
    stored INTEGER NOT NULL,
    -- SHA-256 of route and body: recognises the same request sent again.
    fingerprint BLOB,
    upstream TEXT NOT NULL,
    model TEXT NOT NULL,
    -- The system and developer messages at the head of the request.
    instructions TEXT,
    metadata TEXT,
    -- The last input item, under which the answer goes.
    input_place INTEGER,
    input_count INTEGER NOT NULL,
    output_count INTEGER NOT NULL,
    choices TEXT,
    finish TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    reasoning_tokens INTEGER,
    usage_estimated INTEGER NOT NULL,
    -- What was set aside for it in tokens while it ran.
    reserved_tokens INTEGER NOT NULL,
    -- Millionths of a dollar.
    cost INTEGER,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    CONSTRAINT turn_public_id_unique UNIQUE (public_id),
    CONSTRAINT turn_status_known CHECK (status IN ('running', 'completed', 'incomplete', 'failed', 'cancelled'))
) STRICT;

CREATE INDEX turn_running ON turn (process_id)
    WHERE status = 'running';

CREATE INDEX turn_by_fingerprint ON turn (fingerprint, person_id, created_at)
    WHERE fingerprint IS NOT NULL;

CREATE INDEX turn_by_conversation ON turn (conversation_id);

-- What a running turn has said so far, with the boundaries of its deltas.
CREATE TABLE chunk (
    turn_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (turn_id, part)
) STRICT, WITHOUT ROWID;

-- What was answered to a request that carried an Idempotency-Key.
CREATE TABLE idempotency (
    person_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    turn_id INTEGER,
    status INTEGER,
    response TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Per upstream and model: what it reported divided by what we counted.
CREATE TABLE calibration (
    upstream TEXT NOT NULL,
    model TEXT NOT NULL,
    ratio REAL NOT NULL,
    samples INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (upstream, model)
) STRICT, WITHOUT ROWID;
