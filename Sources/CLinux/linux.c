#include "linux.h"

// The command line, as the C library hands it to functions that run before main.
static int count;
static char **list;

__attribute__((constructor)) static void keep_arguments(int argument_count, char **arguments) {
    count = argument_count;
    list = arguments;
}

int fob_argument_count(void) { return count; }
const char *fob_argument(int number) { return list[number]; }
