-- Keeping house: what may not be pruned.

-- A hold exempts a conversation from every prune, whatever the policy says.
ALTER TABLE conversation ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
