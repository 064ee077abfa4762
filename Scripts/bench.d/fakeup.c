// fakeup: a fast, deterministic OpenAI-compatible upstream: one thread, epoll.
//
//   fakeup [-p PORT] [-d DELAY_MS] [-n CHUNKS] [-i INTERVAL_MS] [-t]        prints its port, then serves
//
// POST …/chat/completions (streamed or not), GET …/models, GET …/stats, GET …/health. The model name of a
// request may change how that request is answered: "fake-d50-n200-i10" waits 50 ms, then streams 200 chunks
// 10 ms apart; "-e429" answers that error; "-x5" closes the connection after 5 chunks. With -t each chunk of a
// stream says when it was sent, as "@NANOSECONDS " of the monotonic clock, instead of a word.
//
// /stats tells what arrived, so that a bench can prove that the history was really sent: `last_roles` is the
// number of messages in the newest request.
#include "wire.h"
#include <ctype.h>
#include <signal.h>
#include <sys/epoll.h>

static const char *const WORDS[] = {"The ", "answer ", "is ", "built ", "from ", "a ", "fixed ", "list ",
                                    "of ", "words, ", "so ", "every ", "run ", "is ", "the ", "same. "};
enum { WORD_COUNT = 16, EVENTS = 256, READ_SIZE = 65536 };

// How one request is answered.
typedef struct {
    int delay_ms;
    int chunks;
    int interval_ms;
    int status;
    int drop_after; // -1: never
    int streamed;
    int timed;
} Behaviour;

typedef struct Connection {
    int fd;
    int close_when_sent;
    int wants_write;
    Buffer in, out;
    size_t sent;
    // The answer in progress.
    int waiting; // place in the list of those that wait for their deadline, -1 when there is none
    int64_t deadline;
    int64_t begun; // when the first chunk was sent
    Behaviour behaviour;
    int chunks_sent, head_sent;
    size_t body_bytes;
    unsigned long long id;
} Connection;

static Behaviour usual = {.chunks = 64, .status = 200, .drop_after = -1};
static int epoll;
static Connection **waiting;
static int waiting_count, waiting_capacity;
static struct {
    unsigned long long requests, streams, body_bytes, last_roles, last_body_bytes, connections, errors;
} stats;

// --- Those that wait: few enough to look at all of them ---

static void wait_until(Connection *connection, int64_t deadline)
{
    connection->deadline = deadline;
    if (connection->waiting >= 0)
        return;
    if (waiting_count == waiting_capacity) {
        waiting_capacity = waiting_capacity * 2 + 64;
        waiting = realloc(waiting, waiting_capacity * sizeof *waiting);
    }
    connection->waiting = waiting_count;
    waiting[waiting_count++] = connection;
}

static void stop_waiting(Connection *connection)
{
    if (connection->waiting < 0)
        return;
    Connection *last = waiting[--waiting_count];
    waiting[connection->waiting] = last;
    last->waiting = connection->waiting;
    connection->waiting = -1;
}

static int milliseconds_to_next(void)
{
    if (!waiting_count)
        return -1;
    int64_t first = waiting[0]->deadline;
    for (int i = 1; i < waiting_count; i++)
        if (waiting[i]->deadline < first)
            first = waiting[i]->deadline;
    int64_t left = first - now_ns();
    return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

// --- Answers ---

static void put_json(Connection *connection, int status, const char *reason, const char *body, size_t length)
{
    buffer_format(&connection->out,
                  "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                  status, reason, length);
    buffer_append(&connection->out, body, length);
}

// One server-sent event as one HTTP chunk. `middle` is the part of the object that differs.
static void put_event(Connection *connection, const char *middle)
{
    static Buffer event;
    event.length = 0;
    buffer_format(&event,
                  "data: {\"id\":\"chatcmpl-fake%012llu\",\"object\":\"chat.completion.chunk\","
                  "\"created\":1700000000,\"model\":\"fake\",%s}\n\n",
                  connection->id, middle);
    buffer_format(&connection->out, "%zx\r\n", event.length);
    buffer_append(&connection->out, event.data, event.length);
    buffer_append(&connection->out, "\r\n", 2);
}

static void put_delta(Connection *connection, const char *delta, const char *finish)
{
    char middle[160];
    snprintf(middle, sizeof middle, "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]", delta, finish);
    put_event(connection, middle);
}

static void usage_json(const Connection *connection, char *text, size_t size)
{
    size_t prompt = connection->body_bytes / 4;
    int completion = connection->behaviour.chunks;
    snprintf(text, size, "\"usage\":{\"prompt_tokens\":%zu,\"completion_tokens\":%d,\"total_tokens\":%zu}",
             prompt, completion, prompt + completion);
}

static void answer_error(Connection *connection)
{
    char body[160];
    int status = connection->behaviour.status;
    int length = snprintf(body, sizeof body,
                          "{\"error\":{\"message\":\"fake error %d\",\"type\":\"fake_error\",\"param\":null,"
                          "\"code\":\"fake_%d\"}}", status, status);
    put_json(connection, status, "Fake", body, length);
    stats.errors++;
}

static void answer_whole(Connection *connection)
{
    static Buffer body;
    char usage[160];
    body.length = 0;
    buffer_format(&body,
                  "{\"id\":\"chatcmpl-fake%012llu\",\"object\":\"chat.completion\",\"created\":1700000000,"
                  "\"model\":\"fake\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"",
                  connection->id);
    for (int i = 0; i < connection->behaviour.chunks; i++)
        buffer_text(&body, WORDS[i % WORD_COUNT]);
    usage_json(connection, usage, sizeof usage);
    buffer_format(&body, "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],%s}", usage);
    put_json(connection, 200, "OK", body.data, body.length);
}

static void put_chunk(Connection *connection)
{
    char delta[64];
    if (connection->behaviour.timed)
        snprintf(delta, sizeof delta, "{\"content\":\"@%lld \"}", (long long)now_ns());
    else
        snprintf(delta, sizeof delta, "{\"content\":\"%s\"}", WORDS[connection->chunks_sent % WORD_COUNT]);
    put_delta(connection, delta, "null");
    connection->chunks_sent++;
}

// As much of a stream as is due; waits again when chunks are left.
static void answer_stream(Connection *connection)
{
    const Behaviour *behaviour = &connection->behaviour;
    if (!connection->head_sent) {
        buffer_text(&connection->out,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n");
        put_delta(connection, "{\"role\":\"assistant\",\"content\":\"\"}", "null");
        connection->head_sent = 1;
        connection->begun = now_ns();
    }
    while (connection->chunks_sent < behaviour->chunks) {
        if (connection->chunks_sent == behaviour->drop_after) {
            connection->close_when_sent = 1;
            return;
        }
        put_chunk(connection);
        if (behaviour->interval_ms && connection->chunks_sent < behaviour->chunks) {
            // Counted from the first, so that a chunk that is late does not delay all that follow.
            wait_until(connection, connection->begun + behaviour->interval_ms * 1000000LL * connection->chunks_sent);
            return;
        }
    }
    char usage[192] = "\"choices\":[],";
    put_delta(connection, "{}", "\"stop\"");
    usage_json(connection, usage + strlen(usage), sizeof usage - strlen(usage));
    put_event(connection, usage);
    buffer_text(&connection->out, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
}

static void answer(Connection *connection)
{
    const Behaviour *behaviour = &connection->behaviour;
    if (behaviour->status != 200)
        answer_error(connection);
    else if (behaviour->streamed)
        answer_stream(connection);
    else if (behaviour->drop_after >= 0)
        connection->close_when_sent = 1;
    else
        answer_whole(connection);
}

// --- Requests ---

// Where the value of the first member with this name starts, or NULL. `name` holds its quotes.
static const char *member(const char *body, size_t length, const char *name)
{
    const char *found = memmem(body, length, name, strlen(name)), *end = body + length;
    if (!found)
        return NULL;
    found += strlen(name);
    while (found < end && (*found == ' ' || *found == ':'))
        found++;
    return found < end ? found : NULL;
}

static void read_directives(Behaviour *behaviour, const char *model, const char *end)
{
    for (const char *at = model; at + 2 < end && *at != '"'; at++) {
        if (*at != '-' || !isdigit((unsigned char)at[2]))
            continue;
        int value = atoi(at + 2);
        switch (at[1]) {
        case 'd': behaviour->delay_ms = value; break;
        case 'n': behaviour->chunks = value; break;
        case 'i': behaviour->interval_ms = value; break;
        case 'e': behaviour->status = value; break;
        case 'x': behaviour->drop_after = value; break;
        }
    }
}

static unsigned long long count_roles(const char *body, size_t length)
{
    unsigned long long count = 0;
    const char *end = body + length;
    while ((body = memmem(body, end - body, "\"role\"", 6))) {
        count++;
        body += 6;
    }
    return count;
}

static void begin_completion(Connection *connection, const char *body, size_t length)
{
    Behaviour *behaviour = &connection->behaviour;
    *behaviour = usual;
    const char *streamed = member(body, length, "\"stream\""), *model = member(body, length, "\"model\"");
    behaviour->streamed = streamed && !strncmp(streamed, "true", 4);
    if (model && *model == '"')
        read_directives(behaviour, model + 1, body + length);

    connection->id = ++stats.requests;
    connection->body_bytes = length;
    connection->chunks_sent = connection->head_sent = 0;
    stats.streams += behaviour->streamed;
    stats.body_bytes += length;
    stats.last_body_bytes = length;
    stats.last_roles = count_roles(body, length);
    if (behaviour->delay_ms)
        wait_until(connection, now_ns() + behaviour->delay_ms * 1000000LL);
    else
        answer(connection);
}

static void answer_stats(Connection *connection)
{
    char body[320];
    int length = snprintf(body, sizeof body,
                          "{\"requests\":%llu,\"streams\":%llu,\"body_bytes\":%llu,\"last_roles\":%llu,"
                          "\"last_body_bytes\":%llu,\"connections\":%llu,\"errors\":%llu}",
                          stats.requests, stats.streams, stats.body_bytes, stats.last_roles,
                          stats.last_body_bytes, stats.connections, stats.errors);
    put_json(connection, 200, "OK", body, length);
}

static void route(Connection *connection, const char *path, size_t path_length, const char *body, size_t length)
{
    static const char models[] = "{\"object\":\"list\",\"data\":[{\"id\":\"fake\",\"object\":\"model\","
                                 "\"created\":1700000000,\"owned_by\":\"fake\"}]}";
    static const char unknown[] = "{\"error\":{\"message\":\"no such route\",\"type\":\"invalid_request_error\","
                                  "\"param\":null,\"code\":null}}";
#define PATH_ENDS_WITH(text) memmem(path, path_length, text, strlen(text))
    if (PATH_ENDS_WITH("/chat/completions"))
        begin_completion(connection, body, length);
    else if (PATH_ENDS_WITH("/models"))
        put_json(connection, 200, "OK", models, sizeof models - 1);
    else if (PATH_ENDS_WITH("/stats"))
        answer_stats(connection);
    else if (PATH_ENDS_WITH("/health"))
        put_json(connection, 200, "OK", "{\"status\":\"ok\"}", 15);
    else
        put_json(connection, 404, "Not Found", unknown, sizeof unknown - 1);
}

// Takes one request off the buffer; returns 0 while it is incomplete. The framing of a chunked body is left in
// it: what is looked for in a body does not mind.
static int take_request(Connection *connection)
{
    Buffer *in = &connection->in;
    HttpHead head;
    if (!http_head_parse(in->data, in->length, &head))
        return 0;
    size_t total = head.head_length + (head.content_length > 0 ? head.content_length : 0);
    if (head.chunked) {
        ChunkScanner scanner = {.position = head.head_length};
        if (!chunk_scan(&scanner, in->data, in->length))
            return 0;
        total = scanner.position;
    }
    if (in->length < total)
        return 0;
    connection->close_when_sent |= head.close;
    const char *path = memchr(in->data, ' ', head.head_length);
    if (path) {
        const char *path_end = memchr(path + 1, ' ', in->data + head.head_length - path - 1);
        size_t path_length = path_end ? (size_t)(path_end - path) : 0;
        route(connection, path, path_length, in->data + head.head_length, total - head.head_length);
    }
    buffer_drop_front(in, total);
    return 1;
}

// --- Connections ---

static void drop(Connection *connection)
{
    stop_waiting(connection);
    close(connection->fd);
    free(connection->in.data);
    free(connection->out.data);
    free(connection);
}

static void watch(Connection *connection, int write)
{
    if (connection->wants_write == write)
        return;
    struct epoll_event event = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event);
    connection->wants_write = write;
}

// Sends what it can; the connection may be gone afterwards.
static void flush(Connection *connection)
{
    Buffer *out = &connection->out;
    while (connection->sent < out->length) {
        ssize_t count = send(connection->fd, out->data + connection->sent, out->length - connection->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) {
            watch(connection, 1);
            return;
        }
        if (count < 0) {
            drop(connection);
            return;
        }
        connection->sent += count;
    }
    out->length = connection->sent = 0;
    watch(connection, 0);
    if (connection->close_when_sent && connection->waiting < 0)
        drop(connection);
}

static void serve_what_arrived(Connection *connection)
{
    while (connection->waiting < 0 && connection->in.length && take_request(connection))
        ;
    flush(connection);
}

static void receive(Connection *connection)
{
    for (;;) {
        buffer_reserve(&connection->in, READ_SIZE);
        size_t room = connection->in.capacity - connection->in.length - 1;
        ssize_t count = recv(connection->fd, connection->in.data + connection->in.length, room, 0);
        if (count < 0 && errno == EAGAIN)
            break;
        if (count <= 0) {
            drop(connection);
            return;
        }
        connection->in.length += count;
        if ((size_t)count < room)
            break;
    }
    serve_what_arrived(connection);
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        Connection *connection = calloc(1, sizeof *connection);
        connection->fd = fd;
        connection->waiting = -1;
        set_no_delay(fd);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        stats.connections++;
    }
}

static void answer_those_due(void)
{
    int64_t now = waiting_count ? now_ns() : 0;
    for (int i = 0; i < waiting_count;) {
        Connection *connection = waiting[i];
        if (connection->deadline > now) {
            i++;
            continue;
        }
        stop_waiting(connection);
        answer(connection);
        serve_what_arrived(connection);
    }
}

int main(int count, char **arguments)
{
    int option, port = 0;
    while ((option = getopt(count, arguments, "p:d:n:i:t")) > 0)
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'd': usual.delay_ms = atoi(optarg); break;
        case 'n': usual.chunks = atoi(optarg); break;
        case 'i': usual.interval_ms = atoi(optarg); break;
        case 't': usual.timed = 1; break;
        default:
            fprintf(stderr, "usage: fakeup [-p PORT] [-d DELAY_MS] [-n CHUNKS] [-i INTERVAL_MS] [-t]\n");
            return 64;
        }
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_on(&port, SOCK_NONBLOCK);
    printf("%d\n", port);
    fflush(stdout);

    epoll = epoll_create1(0);
    struct epoll_event events[EVENTS], event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, milliseconds_to_next());
        for (int i = 0; i < ready; i++) {
            Connection *connection = events[i].data.ptr;
            if (!connection)
                accept_all(listener);
            else if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                receive(connection);
            else
                flush(connection);
        }
        answer_those_due();
    }
}
