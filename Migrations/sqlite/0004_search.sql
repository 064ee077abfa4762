-- Search: a full-text index without content, filled behind the turns.

-- Text that was cut into tokens before, separated by spaces; each token names its owner. A document is a number from
-- search_run. Marks say what an item is and where; they count for nothing in the ranking.
CREATE VIRTUAL TABLE search USING fts5 (body, marks, content = '', tokenize = 'ascii');

INSERT INTO search (search, rank) VALUES ('rank', 'bm25(1.0, 0.0)');

-- Segments are merged in steps between other work, never at once inside a commit.
INSERT INTO search (search, rank) VALUES ('automerge', 0);

INSERT INTO search (search, rank) VALUES ('crisismerge', 512);

-- Titles that people gave; a document is a conversation.
CREATE VIRTUAL TABLE search_heading USING fts5 (body, content = '', tokenize = 'ascii');

-- The titles as they are in the index: to take one out, its text is needed.
CREATE TABLE search_title (
    conversation_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    title TEXT NOT NULL
) STRICT;

-- Neighbouring items whose documents are neighbours too. Documents are numbered as they are indexed, without gaps:
-- the smaller their distances, the smaller the index.
CREATE TABLE search_run (
    document INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

CREATE INDEX search_run_by_place ON search_run (place);

-- What is not in the index: of a branch the items from a position on; of a conversation, named by its negated number,
-- the title.
CREATE TABLE search_pending (
    branch INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT;

-- What a rebuild still has to do, in the order of the branches' last items.
CREATE TABLE search_rebuild (
    last_at INTEGER NOT NULL,
    branch INTEGER NOT NULL,
    position INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (last_at, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_state (
    id INTEGER PRIMARY KEY,
    -- Of the tokeniser; 0 when there is no index yet.
    version INTEGER NOT NULL,
    next_document INTEGER NOT NULL,
    -- A rebuild notes the branches first: up to which it has, and up to which it has to.
    noted_branch INTEGER NOT NULL,
    last_branch INTEGER NOT NULL,
    -- The items that a rebuild still has to index.
    remaining INTEGER NOT NULL,
    -- Documents that were taken out, or all of them, since everything was last merged into one segment: their tokens
    -- stay in the file until then.
    forgotten INTEGER NOT NULL
) STRICT;

INSERT INTO search_state (id, version, next_document, noted_branch, last_branch, remaining, forgotten)
VALUES (1, 0, 1, 0, 0, 0, 0);

-- Whoever writes an item notes it so. A branch only grows at its end, so one position says all.
CREATE TRIGGER item_to_search AFTER INSERT ON item
BEGIN
    INSERT INTO search_pending (branch, position)
    VALUES (NEW.place >> 24, NEW.place & 16777215)
    ON CONFLICT (branch) DO NOTHING;
END;

CREATE TRIGGER branch_not_to_search AFTER DELETE ON branch
BEGIN
    DELETE FROM search_pending
    WHERE branch = OLD.id;
    DELETE FROM search_rebuild
    WHERE branch = OLD.id;
    DELETE FROM search_run
    WHERE place BETWEEN OLD.id << 24 AND OLD.id << 24 | 16777215;
END;

CREATE TRIGGER title_to_search AFTER INSERT ON conversation
WHEN NEW.title <> '' AND NEW.hidden = 0
BEGIN
    INSERT INTO search_pending (branch, position)
    VALUES (-NEW.id, 0)
    ON CONFLICT (branch) DO NOTHING;
END;

CREATE TRIGGER changed_title_to_search AFTER UPDATE OF title, hidden ON conversation
WHEN NEW.hidden = 0 AND (NEW.title <> OLD.title OR NEW.hidden <> OLD.hidden)
BEGIN
    INSERT INTO search_pending (branch, position)
    VALUES (-NEW.id, 0)
    ON CONFLICT (branch) DO NOTHING;
END;

CREATE TRIGGER title_not_to_search AFTER DELETE ON conversation
BEGIN
    INSERT INTO search_pending (branch, position)
    VALUES (-OLD.id, 0)
    ON CONFLICT (branch) DO NOTHING;
END;
