// Measures requests over a Unix socket from one thread: `load SOCKET REQUEST COUNT WINDOW` sends the frame in the file
// REQUEST COUNT times, up to WINDOW of them without an answer so far, and prints requests per second. The file may begin
// with other frames that are sent once, before the clock starts: `load SOCKET REQUEST COUNT WINDOW SETUP`.
// Frames are what both ssh-agent and fob-agent speak: a big-endian u32 length and as many octets.
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char in[1 << 20];
static size_t held;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static size_t load(const char *path, char *bytes, size_t most) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    size_t count = fread(bytes, 1, most, file);
    fclose(file);
    return count;
}

static void put(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t done = write(fd, bytes, count);
        if (done <= 0) die("write");
        bytes += done;
        count -= (size_t)done;
    }
}

// Reads until at least `wanted` frames have come, and at most that many more; how many came. The last one's type octets are
// printed if they tell of an error.
static unsigned take(int fd, unsigned wanted) {
    unsigned taken = 0;
    for (;;) {
        size_t at = 0;
        while (held - at >= 4) {
            uint32_t length;
            memcpy(&length, in + at, 4);
            length = ntohl(length);
            if (held - at < 4 + length) break;
            if (length > 5 && (unsigned char)in[at + 8] == 0xff) {
                fprintf(stderr, "the agent answered with an error\n");
                exit(1);
            }
            at += 4 + length;
            taken++;
        }
        memmove(in, in + at, held - at);
        held -= at;
        if (taken >= wanted) return taken;
        ssize_t got = read(fd, in + held, sizeof in - held);
        if (got <= 0) die("read");
        held += (size_t)got;
    }
}

static unsigned frames(const char *bytes, size_t count) {
    unsigned found = 0;
    for (size_t at = 0; at + 4 <= count; found++) {
        uint32_t length;
        memcpy(&length, bytes + at, 4);
        at += 4 + ntohl(length);
    }
    return found;
}

int main(int argc, char **argv) {
    static char request[1 << 16], setup[1 << 16], window[1 << 20];
    if (argc < 5) return 64;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    size_t size = load(argv[2], request, sizeof request);
    long count = atol(argv[3]), wide = atol(argv[4]);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    if (argc > 5) {
        size_t first = load(argv[5], setup, sizeof setup);
        put(fd, setup, first);
        take(fd, frames(setup, first));
    }
    if ((size_t)wide * size > sizeof window) return 64;
    for (long i = 0; i < wide; i++) memcpy(window + (size_t)i * size, request, size);
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    // Half a window is asked for anew once as many answers have come: neither side waits for the other.
    for (long sent = 0, done = 0; done < count;) {
        long more = done + wide < count ? done + wide - sent : count - sent;
        put(fd, window, size * (size_t)more);
        sent += more;
        done += take(fd, (unsigned)(sent - done + 1) / 2);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("%.0f\n", (double)count / seconds);
    return 0;
}
