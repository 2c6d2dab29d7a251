#include <sqlite3.h>
#include <stddef.h>

// sqlite3_db_config takes variable arguments, which Swift does not call. 0 when all is set.
// The schema of the file may name nothing that runs: no views, triggers, extensions or functions with side effects.
static inline int fob_sqlite_distrust(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL)
        | sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL)
        | sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL)
        | sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL)
        | sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}
