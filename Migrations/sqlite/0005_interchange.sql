-- Import and export: what another program knew of a thing that has no column here, and how far an import came.

-- A JSON object; null when there is nothing.
ALTER TABLE conversation ADD COLUMN extra TEXT;

-- The place at which the last import left the tip: only while it stands there does another import move it.
ALTER TABLE conversation ADD COLUMN imported_tip INTEGER;

-- An import began it and has not ended; until then it counts as deleted, and another import goes on with it.
ALTER TABLE conversation ADD COLUMN importing INTEGER NOT NULL DEFAULT 0;

ALTER TABLE item ADD COLUMN extra TEXT;

-- Who said it, where no turn of ours does.
ALTER TABLE item ADD COLUMN model TEXT;
