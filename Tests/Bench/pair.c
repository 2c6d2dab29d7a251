// Times whole processes side by side: `pair ROUNDS COMMAND... -- COMMAND... [-- COMMAND...]` runs the commands in turn,
// ROUNDS times each, with their output thrown away, and prints the median of each in microseconds.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double run(char **command) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    struct timespec start, end;
    pid_t child;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (posix_spawnp(&child, command[0], &actions, NULL, command, environ) != 0 || waitpid(child, &status, 0) != child) {
        perror(command[0]);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    posix_spawn_file_actions_destroy(&actions);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s failed\n", command[0]);
        exit(1);
    }
    return (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    int rounds = atoi(argv[1]), commands = 0;
    char **start[8];
    for (int i = 2; i < argc && commands < 8; i++) {
        if (i == 2 || !argv[i - 1]) start[commands++] = argv + i;
        if (!strcmp(argv[i], "--")) argv[i] = NULL;
    }
    double *times = calloc((size_t)(rounds * commands), sizeof *times);
    for (int round = 0; round < rounds; round++)
        for (int c = 0; c < commands; c++) times[c * rounds + round] = run(start[c]);
    for (int c = 0; c < commands; c++) {
        qsort(times + c * rounds, (size_t)rounds, sizeof *times, ascending);
        printf("%.1f%c", times[c * rounds + rounds / 2], c + 1 < commands ? ' ' : '\n');
    }
    return 0;
}
