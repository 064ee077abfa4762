-- Spending: what keys and users may do and use, what they have used.

-- Names separated by spaces; null allows everything its user may do.
ALTER TABLE api_key ADD COLUMN scopes TEXT;

-- What is limited, of a user (key 0) or of one key. Costs are in millionths of a dollar.
CREATE TABLE allowance (
    person_id INTEGER NOT NULL,
    api_key_id INTEGER NOT NULL,
    measure TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (person_id, api_key_id, measure)
) STRICT, WITHOUT ROWID;

-- What was used, summed up in the commit that settles a turn; outlives the turns' texts.
CREATE TABLE usage_day (
    person_id INTEGER NOT NULL,
    -- Days since 1970-01-01 in UTC on which the turns began.
    day INTEGER NOT NULL,
    -- 0 without a key.
    api_key_id INTEGER NOT NULL,
    model TEXT NOT NULL,
    turns INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    -- Of turns whose model has no price.
    unpriced_tokens INTEGER NOT NULL,
    PRIMARY KEY (person_id, day, api_key_id, model)
) STRICT, WITHOUT ROWID;

-- How much of a budget is used and set aside; worked out anew from the tables around it when a row is missing.
CREATE TABLE spending (
    person_id INTEGER NOT NULL,
    api_key_id INTEGER NOT NULL,
    -- `2026-11-27` or `2026-11`.
    period TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (person_id, api_key_id, period)
) STRICT, WITHOUT ROWID;

-- What is set aside for a turn that runs, in every budget that it counts against.
CREATE TABLE reservation (
    turn BLOB NOT NULL,
    person_id INTEGER NOT NULL,
    api_key_id INTEGER NOT NULL,
    period TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (turn, api_key_id, period)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservation_by_spender ON reservation (person_id, api_key_id, period);

-- What was used before there was a table for it.
INSERT INTO usage_day (person_id, day, api_key_id, model, turns, input_tokens, cached_tokens, output_tokens, cost,
    unpriced_tokens)
SELECT person_id, created_at / 86400000, coalesce(api_key_id, 0), model, count(*),
    sum(coalesce(input_tokens, 0)), sum(coalesce(cached_tokens, 0)), sum(coalesce(output_tokens, 0)),
    sum(coalesce(cost, 0)),
    sum(CASE WHEN cost IS NULL THEN coalesce(input_tokens, 0) + coalesce(output_tokens, 0) ELSE 0 END)
FROM turn
WHERE status <> 'running'
GROUP BY person_id, created_at / 86400000, coalesce(api_key_id, 0), model;
