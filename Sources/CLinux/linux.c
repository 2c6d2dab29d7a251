#include "linux.h"

#include <linux/capability.h>
#include <stdatomic.h>

// The command line, as the C library hands it to functions that run before main.
static int count;
static char **list;

__attribute__((constructor)) static void keep_arguments(int argument_count, char **arguments) {
    count = argument_count;
    list = arguments;
}

int fob_argument_count(void) { return count; }
const char *fob_argument(int number) { return list[number]; }

uint64_t fob_memlock_limit(void) {
    static atomic_int known; // 0 before it was asked, 1 for a limit, 2 for none
    if (!known) {
        struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        struct __user_cap_data_struct sets[2] = {0};
        _Bool is_free = syscall(SYS_capget, &header, sets) == 0 && sets[0].effective & 1u << CAP_IPC_LOCK;
        known = is_free ? 2 : 1;
    }
    struct rlimit limit;
    if (known == 2) return UINT64_MAX;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}
