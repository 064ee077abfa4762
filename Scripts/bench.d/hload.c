// hload: a closed-loop HTTP/1.1 load generator for 127.0.0.1: one thread, epoll, one JSON line.
//
//   hload [-c CONNECTIONS] [-d SECONDS] [-n REQUESTS] [-w WARM_UP_SECONDS] [-r RAMP_SECONDS] [-m METHOD]
//         [-H 'Name: value']… [-b BODY | -b @FILE] [-l LINES_FILE] [-s] [-t] http://127.0.0.1:PORT/PATH
//
// In the path, the headers and the body: {{c}} is the number of the connection, {{n}} that of the request, {{L}}
// the next line of LINES_FILE for every request, {{C}} the line that belongs to the connection. The connections
// begin one after the other within RAMP_SECONDS. -s writes the first answer to standard error. -t reads the times
// that `fakeup -t` puts into the pieces of a chat: how old each piece was when it arrived, as `event_us`. Times
// are in microseconds; only requests that end, and pieces that come, after the warm-up count.
#include "wire.h"
#include <signal.h>
#include <sys/epoll.h>

enum { EVENTS = 256, READ_SIZE = 65536, STATUSES = 600, HEADERS = 32 };

typedef struct {
    int fd; // -1 while not connected
    int number;
    Buffer out, in;
    size_t sent;
    HttpHead head;
    ChunkScanner scanner;
    size_t timed_to; // up to where the times in the answer have been read
    int64_t begun, first_byte;
} Connection;

static struct {
    int connections;
    double seconds, warm_up, ramp;
    unsigned long long requests;
    const char *method, *path;
    const char *headers[HEADERS];
    int header_count, port, show_first, timed;
    Buffer body;
    char **lines;
    size_t line_count;
} load = {.connections = 1, .seconds = 5, .warm_up = 0.5, .method = "POST"};

// Tenths of a microsecond.
typedef struct {
    uint32_t *values;
    size_t count, capacity;
} Samples;

static Samples latencies, first_bytes, events;
static unsigned long long issued, in_window, good, bad, broken, statuses[STATUSES];
static int64_t measure_from, measure_until;
static int epoll, active, begun, stopping;

// --- Samples ---

static void add_sample(Samples *samples, int64_t nanoseconds)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity * 2 + 65536;
        samples->values = realloc(samples->values, samples->capacity * sizeof *samples->values);
    }
    int64_t tenths = nanoseconds / 100;
    samples->values[samples->count++] = tenths > UINT32_MAX ? UINT32_MAX : (uint32_t)tenths;
}

static int by_value(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static double percentile(const Samples *samples, double share)
{
    return samples->values[(size_t)((samples->count - 1) * share + 0.5)] / 10.0;
}

static void print_samples(const char *name, Samples *samples)
{
    if (!samples->count) {
        printf(",\"%s\":null", name);
        return;
    }
    qsort(samples->values, samples->count, sizeof *samples->values, by_value);
    printf(",\"%s\":{\"min\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name,
           percentile(samples, 0), percentile(samples, 0.5), percentile(samples, 0.9),
           percentile(samples, 0.99), percentile(samples, 1));
}

// --- Requests ---

static void put_expansion(Buffer *out, const Connection *connection, const char *name, size_t length)
{
    if (length == 1 && *name == 'c')
        buffer_format(out, "%d", connection->number);
    else if (length == 1 && *name == 'n')
        buffer_format(out, "%llu", issued);
    else if (length == 1 && *name == 'L' && load.line_count)
        buffer_text(out, load.lines[issued % load.line_count]);
    else if (length == 1 && *name == 'C' && load.line_count)
        buffer_text(out, load.lines[connection->number % load.line_count]);
}

static void put_expanded(Buffer *out, const Connection *connection, const char *text, size_t length)
{
    const char *end = text + length, *open, *close;
    while ((open = memmem(text, end - text, "{{", 2)) && (close = memmem(open, end - open, "}}", 2))) {
        buffer_append(out, text, open - text);
        put_expansion(out, connection, open + 2, close - open - 2);
        text = close + 2;
    }
    buffer_append(out, text, end - text);
}

static void build_request(Connection *connection)
{
    static Buffer body;
    Buffer *out = &connection->out;
    body.length = out->length = 0;
    put_expanded(&body, connection, load.body.data, load.body.length);

    buffer_format(out, "%s ", load.method);
    put_expanded(out, connection, load.path, strlen(load.path));
    buffer_format(out, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", load.port);
    for (int i = 0; i < load.header_count; i++) {
        put_expanded(out, connection, load.headers[i], strlen(load.headers[i]));
        buffer_text(out, "\r\n");
    }
    if (body.length)
        buffer_format(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n", body.length);
    buffer_text(out, "\r\n");
    buffer_append(out, body.data, body.length);
}

static void watch(Connection *connection, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = connection};
    epoll_ctl(epoll, operation, connection->fd, &event);
}

static void open_connection(Connection *connection)
{
    struct sockaddr_in address = loopback(load.port);
    connection->fd = socket(AF_INET, SOCK_STREAM, 0);
    // On loopback a connection is made at once, or refused at once.
    if (connect(connection->fd, (struct sockaddr *)&address, sizeof address))
        die("connect");
    set_no_delay(connection->fd);
    watch(connection, EPOLL_CTL_ADD, EPOLLIN);
}

static void close_connection(Connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
}

static void send_rest(Connection *connection)
{
    Buffer *out = &connection->out;
    int was_partial = connection->sent > 0;
    while (connection->sent < out->length) {
        ssize_t count = send(connection->fd, out->data + connection->sent, out->length - connection->sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            // A broken connection shows when it is read.
            watch(connection, EPOLL_CTL_MOD, errno == EAGAIN ? EPOLLIN | EPOLLOUT : EPOLLIN);
            return;
        }
        connection->sent += count;
    }
    if (was_partial)
        watch(connection, EPOLL_CTL_MOD, EPOLLIN);
}

static void begin_request(Connection *connection)
{
    if (stopping || (load.requests && issued >= load.requests)) {
        if (connection->fd >= 0)
            close_connection(connection);
        active--;
        return;
    }
    build_request(connection);
    issued++;
    connection->sent = connection->in.length = connection->head.head_length = connection->timed_to = 0;
    connection->first_byte = 0;
    if (connection->fd < 0)
        open_connection(connection);
    connection->begun = now_ns();
    send_rest(connection);
}

// --- Answers ---

static void end_request(Connection *connection)
{
    int64_t now = now_ns();
    int status = atoi(connection->in.data + 9);
    if (load.show_first) {
        fprintf(stderr, "%s\n", connection->in.data);
        load.show_first = 0;
    }
    if (now >= measure_from) {
        add_sample(&latencies, now - connection->begun);
        add_sample(&first_bytes, connection->first_byte - connection->begun);
        in_window += now <= measure_until;
        if (status / 100 == 2)
            good++;
        else
            bad++;
        statuses[status > 0 && status < STATUSES ? status : 0]++;
    }
    if (connection->head.close)
        close_connection(connection);
    begin_request(connection);
}

// Whether the whole answer has arrived.
static int is_complete(Connection *connection)
{
    Buffer *in = &connection->in;
    HttpHead *head = &connection->head;
    if (!head->head_length) {
        if (!http_head_parse(in->data, in->length, head))
            return 0;
        connection->scanner = (ChunkScanner){.position = head->head_length};
    }
    if (!connection->first_byte && in->length > head->head_length)
        connection->first_byte = now_ns();
    if (head->chunked)
        return chunk_scan(&connection->scanner, in->data, in->length);
    return in->length >= head->head_length + (head->content_length > 0 ? head->content_length : 0);
}

// Notes how old the pieces are that have arrived since the last time.
static void read_times(Connection *connection)
{
    static const char mark[] = "\"content\":\"@";
    Buffer *in = &connection->in;
    const char *end = in->data + in->length, *found;
    int64_t now = now_ns();
    while ((found = memmem(in->data + connection->timed_to, in->length - connection->timed_to, mark, sizeof mark - 1))) {
        char *after;
        int64_t sent = strtoll(found + sizeof mark - 1, &after, 10);
        if (after == end)
            return; // The rest of the number is on its way.
        connection->timed_to = after - in->data;
        if (now >= measure_from && now <= measure_until)
            add_sample(&events, now - sent);
    }
}

static void receive(Connection *connection)
{
    Buffer *in = &connection->in;
    buffer_reserve(in, READ_SIZE);
    ssize_t count = recv(connection->fd, in->data + in->length, in->capacity - in->length - 1, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0) {
        broken++;
        close_connection(connection);
        if (broken > 1000) {
            fprintf(stderr, "hload: the server keeps closing the connection\n");
            exit(1);
        }
        begin_request(connection);
        return;
    }
    in->length += count;
    in->data[in->length] = 0;
    if (load.timed)
        read_times(connection);
    if (is_complete(connection))
        end_request(connection);
}

// --- The run ---

static void read_file(const char *path, Buffer *into)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path);
    size_t count;
    do {
        buffer_reserve(into, READ_SIZE);
        count = fread(into->data + into->length, 1, READ_SIZE, file);
        into->length += count;
    } while (count);
    fclose(file);
}

static void read_lines(const char *path)
{
    static Buffer text;
    read_file(path, &text);
    buffer_append(&text, "", 0);
    for (char *line = strtok(text.data, "\n"); line; line = strtok(NULL, "\n")) {
        load.lines = realloc(load.lines, (load.line_count + 1) * sizeof *load.lines);
        load.lines[load.line_count++] = line;
    }
}

static void read_arguments(int count, char **arguments)
{
    int option;
    while ((option = getopt(count, arguments, "c:d:n:w:r:m:H:b:l:st")) > 0)
        switch (option) {
        case 'c': load.connections = atoi(optarg); break;
        case 'd': load.seconds = atof(optarg); break;
        case 'n': load.requests = strtoull(optarg, NULL, 10); break;
        case 'w': load.warm_up = atof(optarg); break;
        case 'r': load.ramp = atof(optarg); break;
        case 'm': load.method = optarg; break;
        case 'H':
            if (load.header_count < HEADERS)
                load.headers[load.header_count++] = optarg;
            break;
        case 'b':
            if (*optarg == '@')
                read_file(optarg + 1, &load.body);
            else
                buffer_text(&load.body, optarg);
            break;
        case 'l': read_lines(optarg); break;
        case 's': load.show_first = 1; break;
        case 't': load.timed = 1; break;
        default: exit(64);
        }
    buffer_append(&load.body, "", 0);
    int path_at = 0;
    if (optind >= count || sscanf(arguments[optind], "http://127.0.0.1:%d%n", &load.port, &path_at) != 1) {
        fprintf(stderr, "usage: hload [options] http://127.0.0.1:PORT/PATH\n");
        exit(64);
    }
    load.path = arguments[optind] + path_at;
}

static void print_result(int64_t last)
{
    double seconds = ((last < measure_until ? last : measure_until) - measure_from) / 1e9;
    printf("{\"connections\":%d,\"seconds\":%.3f,\"requests\":%zu,\"good\":%llu,\"bad\":%llu,\"broken\":%llu,"
           "\"unfinished\":%d,\"per_second\":%.1f",
           load.connections, seconds, latencies.count, good, bad, broken, active, in_window / seconds);
    print_samples("latency_us", &latencies);
    print_samples("first_byte_us", &first_bytes);
    if (load.timed) {
        printf(",\"events_per_second\":%.1f", events.count / seconds);
        print_samples("event_us", &events);
    }
    printf(",\"statuses\":{");
    const char *separator = "";
    for (int i = 0; i < STATUSES; i++)
        if (statuses[i]) {
            printf("%s\"%d\":%llu", separator, i, statuses[i]);
            separator = ",";
        }
    printf("}}\n");
}

// Begins the connections whose time in the ramp has come.
static void begin_those_due(Connection *connections, int64_t since_start)
{
    while (begun < load.connections && begun * load.ramp * 1e9 <= (double)since_start * load.connections)
        begin_request(&connections[begun++]);
}

int main(int count, char **arguments)
{
    read_arguments(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    epoll = epoll_create1(0);
    int64_t start = now_ns(), last = start;
    measure_from = start + (int64_t)(load.warm_up * 1e9);
    measure_until = measure_from + (int64_t)(load.seconds * 1e9);
    int64_t give_up = measure_until + 30000000000LL;

    Connection *connections = calloc(load.connections, sizeof *connections);
    active = load.connections;
    for (int i = 0; i < load.connections; i++) {
        connections[i].number = i;
        connections[i].fd = -1;
    }
    struct epoll_event arrived[EVENTS];
    while (active > 0 && last < give_up) {
        stopping = last >= measure_until;
        begin_those_due(connections, last - start);
        int ready = epoll_wait(epoll, arrived, EVENTS, begun < load.connections ? 1 : 100);
        for (int i = 0; i < ready; i++) {
            Connection *connection = arrived[i].data.ptr;
            if (arrived[i].events & EPOLLOUT)
                send_rest(connection);
            if (arrived[i].events & ~EPOLLOUT)
                receive(connection);
        }
        last = now_ns();
    }
    print_result(last);
    return 0;
}
