// What the bench tools share: a growing buffer, the clock, and as much of HTTP/1.1 as they speak.
#ifndef WIRE_H
#define WIRE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static inline void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline int64_t now_ns(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec * 1000000000LL + moment.tv_nsec;
}

// --- A buffer that grows ---

typedef struct {
    char *data;
    size_t length;
    size_t capacity;
} Buffer;

static inline void buffer_reserve(Buffer *buffer, size_t more)
{
    if (buffer->length + more + 1 <= buffer->capacity)
        return;
    buffer->capacity = (buffer->length + more) * 2 + 1024;
    buffer->data = realloc(buffer->data, buffer->capacity);
    if (!buffer->data)
        die("realloc");
}

static inline void buffer_append(Buffer *buffer, const char *bytes, size_t count)
{
    buffer_reserve(buffer, count);
    memcpy(buffer->data + buffer->length, bytes, count);
    buffer->length += count;
    buffer->data[buffer->length] = 0;
}

static inline void buffer_text(Buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

__attribute__((format(printf, 2, 3)))
static inline void buffer_format(Buffer *buffer, const char *format, ...)
{
    va_list arguments;
    buffer_reserve(buffer, 512);
    va_start(arguments, format);
    int needed = vsnprintf(buffer->data + buffer->length, 512, format, arguments);
    va_end(arguments);
    if (needed >= 512) {
        buffer_reserve(buffer, needed);
        va_start(arguments, format);
        vsnprintf(buffer->data + buffer->length, needed + 1, format, arguments);
        va_end(arguments);
    }
    buffer->length += needed;
}

static inline void buffer_drop_front(Buffer *buffer, size_t count)
{
    memmove(buffer->data, buffer->data + count, buffer->length - count);
    buffer->length -= count;
}

// --- HTTP ---

typedef struct {
    size_t head_length;       // up to and with the empty line; 0 while it has not arrived
    long long content_length; // -1 when the head does not say
    int chunked;
    int close;
} HttpHead;

// The end of the line that starts at `line`, or NULL.
static inline const char *line_end(const char *line, const char *end)
{
    return memchr(line, '\n', end - line);
}

static inline int line_has(const char *line, const char *end, const char *name, const char *value)
{
    return !strncasecmp(line, name, strlen(name)) && memmem(line, end - line, value, strlen(value));
}

// Reads a head; returns 0 while it is incomplete.
static inline int http_head_parse(const char *data, size_t length, HttpHead *head)
{
    const char *blank = memmem(data, length, "\r\n\r\n", 4);
    if (!blank)
        return 0;
    const char *end = blank + 2;
    *head = (HttpHead){.head_length = blank + 4 - data, .content_length = -1};
    for (const char *line = line_end(data, end) + 1; line < end;) {
        const char *next = line_end(line, end) + 1;
        if (!strncasecmp(line, "content-length:", 15))
            head->content_length = atoll(line + 15);
        else if (line_has(line, next, "transfer-encoding:", "chunked"))
            head->chunked = 1;
        else if (line_has(line, next, "connection:", "close"))
            head->close = 1;
        line = next;
    }
    return 1;
}

// Follows a chunked body as it arrives; `position` is where it goes on in the data.
typedef struct {
    size_t position;
    size_t left;
    enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END } stage;
} ChunkScanner;

// Returns 1 when the body has ended, 0 when more data is needed.
static inline int chunk_scan(ChunkScanner *scanner, const char *data, size_t length)
{
    for (;;) {
        size_t available = length - scanner->position;
        const char *here = data + scanner->position;
        if (scanner->stage == CHUNK_END) {
            if (available < 2)
                return 0;
            scanner->position += 2;
            return 1;
        }
        if (scanner->stage == CHUNK_DATA) {
            size_t taken = available < scanner->left ? available : scanner->left;
            scanner->position += taken;
            scanner->left -= taken;
            if (scanner->left)
                return 0;
            scanner->stage = CHUNK_SIZE;
            continue;
        }
        const char *end = memmem(here, available, "\r\n", 2);
        if (!end)
            return 0;
        size_t size = strtoull(here, NULL, 16);
        scanner->position += end + 2 - here;
        scanner->stage = size ? CHUNK_DATA : CHUNK_END;
        scanner->left = size + 2;
    }
}

static inline struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline void set_no_delay(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Listens on 127.0.0.1; port 0 takes any. Returns the socket and sets the port.
static inline int listen_on(int *port, int flags)
{
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0), on = 1;
    struct sockaddr_in address = loopback(*port);
    socklen_t size = sizeof address;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096))
        die("listen");
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return fd;
}

#endif
