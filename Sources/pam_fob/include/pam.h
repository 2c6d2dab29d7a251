// What pam_fob(8) needs of libpam and of the system: thin inline wrappers, no state.
#ifndef FOB_PAM_H
#define FOB_PAM_H

#include <grp.h>
#include <pwd.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Who logs in.
struct fob_user {
    uid_t number;
    gid_t group;
    // Empty when it is longer than the path of a socket may be.
    char home[108];
};

// A secret and whose it is.
struct fob_kept {
    uid_t user;
    char secret[4097];
};

// -1 for nobody, and for somebody whom this machine does not know. Nobody is asked for a name.
static inline int fob_find_user(const pam_handle_t *login, struct fob_user *user) {
    const void *name = NULL;
    struct passwd entry, *found = NULL;
    const size_t room = 65536;
    if (pam_get_item(login, PAM_USER, &name) != PAM_SUCCESS || !name) return -1;
    char *strings = (char *)malloc(room);
    if (strings && getpwnam_r((const char *)name, &entry, strings, room, &found) == 0 && found) {
        *user = (struct fob_user){.number = entry.pw_uid, .group = entry.pw_gid};
        if (entry.pw_dir && strlen(entry.pw_dir) < sizeof user->home) strcpy(user->home, entry.pw_dir);
    }
    free(strings);
    return found ? 0 : -1;
}

// Memory that is neither swapped out nor in a core file; NULL where it cannot be had.
static inline struct fob_kept *fob_room(void) {
    void *room = mmap(NULL, sizeof(struct fob_kept), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) return NULL;
    if (mlock(room, sizeof(struct fob_kept)) == 0 && madvise(room, sizeof(struct fob_kept), MADV_DONTDUMP) == 0)
        return (struct fob_kept *)room;
    munmap(room, sizeof(struct fob_kept));
    return NULL;
}
static inline void fob_forget(struct fob_kept *kept) {
    explicit_bzero(kept, sizeof *kept);
    munmap(kept, sizeof *kept);
}
static inline const char *fob_secret(const struct fob_kept *kept) { return kept->secret; }
// NULL as well for an empty one, and one that is longer than a passphrase may be.
static inline struct fob_kept *fob_keep(uid_t user, const char *secret) {
    size_t count = strnlen(secret, sizeof((struct fob_kept *)NULL)->secret);
    struct fob_kept *kept = count > 0 && count < sizeof kept->secret ? fob_room() : NULL;
    if (!kept) return NULL;
    kept->user = user;
    memcpy(kept->secret, secret, count);
    return kept;
}

// 0 in a new process, for which nobody has to wait; 1 here. Programs that count their children see none come and go.
static inline int fob_leave(void) {
    struct sigaction before, usual;
    memset(&usual, 0, sizeof usual);
    usual.sa_handler = SIG_DFL;
    if (sigaction(SIGCHLD, &usual, &before) != 0) return 1;
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) return 0;
        _exit(0);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    sigaction(SIGCHLD, &before, NULL);
    return 1;
}
// Of the program that it comes from the new process keeps nothing but memory, and it ends after so many seconds.
static inline int fob_shed(unsigned seconds) {
    static const int signals[] = {SIGALRM, SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGPIPE};
    setsid();
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    if (fob_unblock_signals() != 0 || fob_no_core() != 0 || prctl(PR_SET_DUMPABLE, 0ul, 0ul, 0ul, 0ul) != 0) return -1;
    alarm(seconds);
    if (fob_close_range(0, ~0u) != 0 || chdir("/") != 0) return -1;
    return open("/dev/null", O_RDWR) == 0 && dup(0) == 1 && dup(0) == 2 ? 0 : -1;
}
// For good. A program that is no root's serves its own user only.
static inline int fob_become(const struct fob_user *user) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1ul, 0ul, 0ul, 0ul) != 0) return -1;
    if (geteuid() != 0) return geteuid() == user->number && getuid() == user->number ? 0 : -1;
    if (setgroups(1, &user->group) != 0 || setgid(user->group) != 0 || setuid(user->number) != 0) return -1;
    // What has changed its user can be traced again once it says so.
    if (user->number != 0 && setuid(0) == 0) return -1;
    return getuid() == user->number && geteuid() == user->number ? 0 : -1;
}
// The identity that systemd keeps for that user, sealed to this machine, by its program: NULL where there is none.
static inline struct fob_kept *fob_unseal(uid_t user) {
    char path[64];
    int ends[2];
    if (geteuid() != 0) return NULL;
    snprintf(path, sizeof path, "/etc/credstore.encrypted/fob.identity-%u", (unsigned)user);
    struct fob_kept *kept = access(path, R_OK) == 0 ? fob_room() : NULL;
    if (!kept || pipe(ends) != 0) return NULL;
    pid_t child = fork();
    if (child == 0) {
        char *const nothing[] = {NULL};
        prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0ul, 0ul, 0ul);
        if (dup2(ends[1], 1) == 1 && fob_close_range(3, ~0u) == 0)
            execle("/usr/bin/systemd-creds", "systemd-creds", "decrypt", "--name=fob.identity", path, "-", NULL, nothing);
        _exit(127);
    }
    close(ends[1]);
    size_t count = 0;
    ssize_t got = 0;
    while (child > 0 && count < sizeof kept->secret - 1) {
        got = read(ends[0], kept->secret + count, sizeof kept->secret - 1 - count);
        if (got > 0) count += (size_t)got;
        else if (got == 0 || errno != EINTR) break;
    }
    close(ends[0]);
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    while (count > 0 && kept->secret[count - 1] == '\n') kept->secret[--count] = 0;
    if (status == 0 && got == 0 && count > 0) return kept;
    fob_forget(kept);
    return NULL;
}
// The path of a socket: %U is the user's number, %h their home, %% a percent sign. -1 when it is too long, or is none.
static inline int fob_expand(const char *pattern, const struct fob_user *user, char *path, size_t size) {
    size_t count = 0;
    for (; *pattern; pattern++) {
        int put;
        if (*pattern != '%') put = snprintf(path + count, size - count, "%c", *pattern);
        else if (*++pattern == 'U') put = snprintf(path + count, size - count, "%u", (unsigned)user->number);
        else if (*pattern == 'h' && *user->home) put = snprintf(path + count, size - count, "%s", user->home);
        else if (*pattern == '%') put = snprintf(path + count, size - count, "%%");
        else return -1;
        if (put < 0 || (size_t)put >= size - count) return -1;
        count += (size_t)put;
    }
    return path[0] == '/' ? 0 : -1;
}

#endif
