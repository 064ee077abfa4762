#include "CParleyAssets.h"

// To embed a file: give its bytes a name here, and its path a line in the list below.

#define BYTES(name) alignas(64) static const uint8_t name[]

BYTES(sqlite_0001_foundation) = {
#embed "../../Migrations/sqlite/0001_foundation.sql"
};

BYTES(sqlite_0002_responses) = {
#embed "../../Migrations/sqlite/0002_responses.sql"
};

BYTES(sqlite_0003_compactions) = {
#embed "../../Migrations/sqlite/0003_compactions.sql"
};

BYTES(sqlite_0004_search) = {
#embed "../../Migrations/sqlite/0004_search.sql"
};

BYTES(sqlite_0005_interchange) = {
#embed "../../Migrations/sqlite/0005_interchange.sql"
};

BYTES(sqlite_0006_retention) = {
#embed "../../Migrations/sqlite/0006_retention.sql"
};

BYTES(sqlite_0007_spending) = {
#embed "../../Migrations/sqlite/0007_spending.sql"
};

BYTES(sqlite_0008_audit) = {
#embed "../../Migrations/sqlite/0008_audit.sql"
};

BYTES(sqlite_0009_turn_blobs) = {
#embed "../../Migrations/sqlite/0009_turn_blobs.sql"
};

BYTES(sqlite_0010_search_upkeep) = {
#embed "../../Migrations/sqlite/0010_search_upkeep.sql"
};

BYTES(sqlite_0011_keeping) = {
#embed "../../Migrations/sqlite/0011_keeping.sql"
};

BYTES(models) = {
#embed "../ParleyAssets/models.json"
};

BYTES(openapi) = {
#embed "../ParleyServer/Description/openapi.json"
};

BYTES(cl100k_base) = {
#embed "vocabularies/cl100k_base.bpe"
};

BYTES(o200k_base) = {
#embed "vocabularies/o200k_base.bpe"
};

BYTES(unicode_classes) = {
#embed "vocabularies/unicode.classes"
};

#define FILE(path, name) { path, name, sizeof name }

static const parley_asset files[] = {
    FILE("Migrations/sqlite/0001_foundation.sql", sqlite_0001_foundation),
    FILE("Migrations/sqlite/0002_responses.sql", sqlite_0002_responses),
    FILE("Migrations/sqlite/0003_compactions.sql", sqlite_0003_compactions),
    FILE("Migrations/sqlite/0004_search.sql", sqlite_0004_search),
    FILE("Migrations/sqlite/0005_interchange.sql", sqlite_0005_interchange),
    FILE("Migrations/sqlite/0006_retention.sql", sqlite_0006_retention),
    FILE("Migrations/sqlite/0007_spending.sql", sqlite_0007_spending),
    FILE("Migrations/sqlite/0008_audit.sql", sqlite_0008_audit),
    FILE("Migrations/sqlite/0009_turn_blobs.sql", sqlite_0009_turn_blobs),
    FILE("Migrations/sqlite/0010_search_upkeep.sql", sqlite_0010_search_upkeep),
    FILE("Migrations/sqlite/0011_keeping.sql", sqlite_0011_keeping),
    FILE("models.json", models),
    FILE("openapi.json", openapi),
    FILE("vocabularies/cl100k_base.bpe", cl100k_base),
    FILE("vocabularies/o200k_base.bpe", o200k_base),
    FILE("vocabularies/unicode.classes", unicode_classes),
};

const parley_asset *parley_assets(size_t *count) {
    *count = sizeof files / sizeof files[0];
    return files;
}
