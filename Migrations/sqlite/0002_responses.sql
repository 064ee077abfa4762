-- Responses: what one repeats of its request, whether it runs without its client, when it was deleted.

-- The members of the request that the response shows again, as JSON.
ALTER TABLE turn ADD COLUMN parameters TEXT;

ALTER TABLE turn ADD COLUMN background INTEGER NOT NULL DEFAULT 0;

-- Its text goes once nothing that lives needs it.
ALTER TABLE turn ADD COLUMN deleted_at INTEGER;

CREATE INDEX turn_stored ON turn (person_id, id)
    WHERE stored = 1;

CREATE INDEX turn_background ON turn (settled_at)
    WHERE background = 1;
