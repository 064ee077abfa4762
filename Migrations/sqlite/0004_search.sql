-- Search: up to which item the index is filled.

CREATE TABLE search_progress (
    id INTEGER PRIMARY KEY,
    place INTEGER NOT NULL
) STRICT;
