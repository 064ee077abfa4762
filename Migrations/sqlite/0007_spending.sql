-- Spending: what a key may do.

-- Names separated by spaces; null allows everything its user may do.
ALTER TABLE api_key ADD COLUMN scopes TEXT;
