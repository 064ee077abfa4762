-- Import and export: what another program knew of a thing that has no column here.

-- A JSON object; null when there is nothing.
ALTER TABLE conversation ADD COLUMN extra TEXT;

ALTER TABLE item ADD COLUMN extra TEXT;
