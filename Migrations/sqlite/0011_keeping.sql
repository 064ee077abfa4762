-- Keeping house: seals of what may be edited, what kept answers name, lines of keys, how far a removal has left the files.

-- A keyed hash of the title, the settings, the metadata and the tags, which are in no item's chain. It betrays damage, not
-- a writer: whoever changes one of them takes the seal away, and upkeep seals anew what is there then.
ALTER TABLE conversation ADD COLUMN seal BLOB;

CREATE INDEX conversation_unsealed ON conversation (id)
    WHERE seal IS NULL AND hidden = 0;

CREATE TRIGGER conversation_unseals AFTER UPDATE OF title, model, instructions, source, source_id, extra ON conversation
WHEN OLD.seal IS NOT NULL
    AND (
        NEW.title <> OLD.title
        OR NEW.model IS NOT OLD.model
        OR NEW.instructions IS NOT OLD.instructions
        OR NEW.source IS NOT OLD.source
        OR NEW.source_id IS NOT OLD.source_id
        OR NEW.extra IS NOT OLD.extra
    )
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id = NEW.id;
END;

CREATE TRIGGER new_metadata_unseals AFTER INSERT ON conversation_metadata
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id = NEW.conversation_id
    AND seal IS NOT NULL;
END;

CREATE TRIGGER changed_metadata_unseals AFTER UPDATE ON conversation_metadata
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id IN (OLD.conversation_id, NEW.conversation_id)
    AND seal IS NOT NULL;
END;

CREATE TRIGGER removed_metadata_unseals AFTER DELETE ON conversation_metadata
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id = OLD.conversation_id
    AND seal IS NOT NULL;
END;

CREATE TRIGGER new_tag_unseals AFTER INSERT ON conversation_tag
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id = NEW.conversation_id
    AND seal IS NOT NULL;
END;

CREATE TRIGGER changed_tag_unseals AFTER UPDATE ON conversation_tag
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id IN (OLD.conversation_id, NEW.conversation_id)
    AND seal IS NOT NULL;
END;

CREATE TRIGGER removed_tag_unseals AFTER DELETE ON conversation_tag
BEGIN
    UPDATE conversation
    SET seal = NULL
    WHERE id = OLD.conversation_id
    AND seal IS NOT NULL;
END;

-- The same of a summary's text.
ALTER TABLE compaction ADD COLUMN seal BLOB;

CREATE INDEX compaction_unsealed ON compaction (place)
    WHERE seal IS NULL;

CREATE TRIGGER summary_unseals AFTER UPDATE OF summary ON compaction
WHEN OLD.seal IS NOT NULL AND NEW.summary <> OLD.summary
BEGIN
    UPDATE compaction
    SET seal = NULL
    WHERE place = NEW.place;
END;

-- The ids in an answer that is kept for a repeated request: it goes when what it shows goes.
CREATE TABLE idempotency_subject (
    subject BLOB NOT NULL,
    person_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (subject, person_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_subject_by_key ON idempotency_subject (person_id, key);

CREATE TRIGGER idempotency_without_subjects AFTER DELETE ON idempotency
BEGIN
    DELETE FROM idempotency_subject
    WHERE person_id = OLD.person_id
    AND key = OLD.key;
END;

-- Answers of which nobody has noted what they show. They would live for a day at most. Letters, whose keys hold a unit
-- separator, are no answers.
DELETE FROM idempotency
WHERE response IS NOT NULL
AND instr(key, char(31)) = 0;

-- The key from which a row of rotations began: all of them have one budget. Null in that one itself.
ALTER TABLE api_key ADD COLUMN line_id INTEGER;

-- When the log was emptied behind a removal: until then its text is in the files.
ALTER TABLE removal ADD COLUMN emptied_at INTEGER;

UPDATE removal
SET emptied_at = finished_at;

ALTER TABLE erasure ADD COLUMN emptied_at INTEGER;

UPDATE erasure
SET emptied_at = finished_at;

CREATE INDEX removal_in_log ON removal (finished_at)
    WHERE emptied_at IS NULL;

CREATE INDEX erasure_in_log ON erasure (finished_at)
    WHERE emptied_at IS NULL;

-- Turns that began before this day may be gone by the retention of usage: the days before say more than their turns.
CREATE TABLE usage_horizon (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL
) STRICT;

INSERT INTO usage_horizon (id, day)
VALUES (1, 0);
