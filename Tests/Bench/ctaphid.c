// Times requests to a security key over a socket of packets: `ctaphid SOCKET COUNT` sends PINGs of 500 octets, `ctaphid
// SOCKET COUNT FILE` the CTAP2 command in the file. With `-` for the socket, an echo of packets in C takes the key's
// place. Prints microseconds: those of all requests divided by their number.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { REPORT = 64, FIRST = 57, REST = 59, MOST = 129, PING = 0x81, CBOR = 0x90, KEEPALIVE = 0xbb };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void take(int fd, unsigned char *report) {
    if (recv(fd, report, REPORT, 0) != REPORT) die("recv");
}

static void put(int fd, const unsigned char *report) {
    if (send(fd, report, REPORT, MSG_NOSIGNAL) != REPORT) die("send");
}

static int reports(size_t count) { return 1 + (count > FIRST ? (int)((count - FIRST + REST - 1) / REST) : 0); }

// Sends back messages of so many reports, each when it is whole.
static int echo(int count) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) die("socketpair");
    if (fork() != 0) {
        close(ends[1]);
        return ends[0];
    }
    close(ends[0]);
    for (;;) {
        unsigned char held[MOST][REPORT];
        for (int i = 0; i < count; i++) {
            if (recv(ends[1], held[i], REPORT, 0) != REPORT) _exit(0);
        }
        for (int i = 0; i < count; i++) put(ends[1], held[i]);
    }
}

// Connects, and gets a channel.
static int key(const char *path, unsigned char *channel) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    unsigned char report[REPORT] = {0xff, 0xff, 0xff, 0xff, 0x86, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    put(fd, report);
    take(fd, report);
    memcpy(channel, report + 15, 4);
    return fd;
}

int main(int argc, char **argv) {
    static unsigned char message[FIRST + (MOST - 1) * REST], sent[MOST][REPORT];
    if (argc != 3 && argc != 4) return 64;
    size_t size = 500;
    memset(message, 0xa5, size);
    if (argc == 4) {
        FILE *file = fopen(argv[3], "rb");
        if (!file) die(argv[3]);
        size = fread(message, 1, sizeof message, file);
        fclose(file);
    }
    unsigned char channel[4] = {0, 0, 0, 1}, got[REPORT];
    int count = reports(size), fd = strcmp(argv[1], "-") == 0 ? echo(count) : key(argv[1], channel);
    const unsigned char *rest = message;
    for (int i = 0; i < count; i++) {
        unsigned char head[7] = {channel[0], channel[1], channel[2], channel[3], (unsigned char)(i - 1)};
        if (i == 0) head[4] = argc == 4 ? CBOR : PING, head[5] = (unsigned char)(size >> 8), head[6] = size & 0xff;
        size_t length = i == 0 ? 7 : 5, left = (size_t)(message + size - rest), most = REPORT - length;
        memcpy(sent[i], head, length);
        memcpy(sent[i] + length, rest, left < most ? left : most);
        rest += left < most ? left : most;
    }
    long wanted = atol(argv[2]);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long done = 0; done < wanted; done++) {
        for (int i = 0; i < count; i++) put(fd, sent[i]);
        do take(fd, got);
        while (got[4] == KEEPALIVE);
        // A status of CTAP2, or the first octet of the PING.
        if (got[4] != sent[0][4] || got[7] != (argc == 4 ? 0 : message[0])) {
            fprintf(stderr, "the security key answered with an error: %02x %02x\n", got[4], got[7]);
            return 1;
        }
        for (int i = 1; i < reports((size_t)got[5] << 8 | got[6]); i++) {
            unsigned char more[REPORT];
            take(fd, more);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%.1f\n", seconds * 1e6 / (double)wanted);
    return 0;
}
