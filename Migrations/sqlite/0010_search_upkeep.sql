-- Search: what is pending names its owner, an index is thrown away in slices, and words leave the files within a day.

DROP TRIGGER item_to_search;

DROP TRIGGER branch_not_to_search;

DROP TRIGGER title_to_search;

DROP TRIGGER changed_title_to_search;

DROP TRIGGER title_not_to_search;

-- Everything is noted again: the index is built anew, because it gets a mark more.
DROP TABLE search_pending;

-- What is not in the index: of a branch the items from a position on; of a conversation, named by its negated number,
-- the title. With its owner, so that nobody's search looks through what others wait for.
CREATE TABLE search_pending (
    branch INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,
    person_id INTEGER NOT NULL
) STRICT;

CREATE INDEX search_pending_by_person ON search_pending (person_id, branch);

CREATE INDEX search_rebuild_by_branch ON search_rebuild (branch);

-- Whether what the index before this one has left is still being removed; nothing is indexed before.
ALTER TABLE search_state ADD COLUMN clearing INTEGER NOT NULL DEFAULT 0;

-- A rebuild notes the titles too: up to which conversation it has, and up to which it has to.
ALTER TABLE search_state ADD COLUMN noted_title INTEGER NOT NULL DEFAULT 0;

ALTER TABLE search_state ADD COLUMN last_title INTEGER NOT NULL DEFAULT 0;

-- Titles that were taken out since theirs were last merged into one segment.
ALTER TABLE search_state ADD COLUMN forgotten_titles INTEGER NOT NULL DEFAULT 0;

-- When the first of what is forgotten was; null when nothing is.
ALTER TABLE search_state ADD COLUMN forgotten_at INTEGER;

-- Whoever writes an item notes it so. A branch only grows at its end, so one position says all.
CREATE TRIGGER item_to_search AFTER INSERT ON item
WHEN NOT EXISTS (SELECT 1 FROM search_pending WHERE branch = NEW.place >> 24)
BEGIN
    INSERT INTO search_pending (branch, position, person_id)
    SELECT NEW.place >> 24, NEW.place & 16777215, conversation.person_id
    FROM conversation
    WHERE conversation.id = NEW.conversation_id;
END;

CREATE TRIGGER branch_not_to_search AFTER DELETE ON branch
BEGIN
    DELETE FROM search_pending
    WHERE branch = OLD.id;
    UPDATE search_state
    SET remaining = remaining - (
        SELECT coalesce(sum(last - position + 1), 0)
        FROM search_rebuild
        WHERE branch = OLD.id
    )
    WHERE EXISTS (SELECT 1 FROM search_rebuild WHERE branch = OLD.id);
    DELETE FROM search_rebuild
    WHERE branch = OLD.id;
    DELETE FROM search_run
    WHERE place BETWEEN OLD.id << 24 AND OLD.id << 24 | 16777215;
END;

CREATE TRIGGER title_to_search AFTER INSERT ON conversation
WHEN NEW.title <> '' AND NEW.hidden = 0
BEGIN
    INSERT INTO search_pending (branch, position, person_id)
    VALUES (-NEW.id, 0, NEW.person_id)
    ON CONFLICT (branch) DO NOTHING;
END;

CREATE TRIGGER changed_title_to_search AFTER UPDATE OF title, hidden ON conversation
WHEN NEW.hidden = 0 AND (NEW.title <> OLD.title OR NEW.hidden <> OLD.hidden)
BEGIN
    INSERT INTO search_pending (branch, position, person_id)
    VALUES (-NEW.id, 0, NEW.person_id)
    ON CONFLICT (branch) DO NOTHING;
END;

CREATE TRIGGER title_not_to_search AFTER DELETE ON conversation
BEGIN
    INSERT INTO search_pending (branch, position, person_id)
    VALUES (-OLD.id, 0, OLD.person_id)
    ON CONFLICT (branch) DO NOTHING;
END;

-- The terms of the indexes and how often they stand in them, for `parley database check`.
CREATE VIRTUAL TABLE search_term USING fts5vocab ('search', 'row');

CREATE VIRTUAL TABLE search_heading_term USING fts5vocab ('search_heading', 'row');
