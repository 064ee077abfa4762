// turnfloor: the least that a stored turn can cost with SQLite at synchronous=FULL.
//
//   turnfloor commits DATABASE SECONDS
//       one row for each commit: what the disk can do alone
//   turnfloor turns DATABASE UPSTREAM_PORT LIMIT ITEMS:CONVERSATIONS:TURNS…
//       turns in this process, in conversations that hold ITEMS items before
//   turnfloor serve DATABASE UPSTREAM_PORT LIMIT ITEMS:CONVERSATIONS…
//       the same behind HTTP: prints its port once the conversations, numbered from 1, are filled;
//       POST {"conversation":"7","messages":[{"role":"user","content":"…"}]}
//
// A turn: commit the user's message, read the last LIMIT messages, send them to the upstream over a connection
// that is kept, commit the answer. Nothing else: no keys, no accounting, no errors handled, one client at a time.
#include "wire.h"
#include <signal.h>
#include <sqlite3.h>

static const char FILLER[] =
    "How does the server keep the history between two requests, and what happens to the oldest turns when the "
    "token budget is spent? 请说明多轮对话的上下文是怎样保存的，以及超过长度限制以后最早的消息会怎么处理，谢谢。";

static sqlite3 *database;
static sqlite3_stmt *insert, *newest;
static int upstream, limit;

static void die_sqlite(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void execute(const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL))
        die_sqlite(sql);
}

static void open_database(const char *path)
{
    if (sqlite3_open(path, &database))
        die_sqlite("open");
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    execute("CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL,"
            " role TEXT NOT NULL, content TEXT NOT NULL, created INTEGER NOT NULL);"
            "CREATE INDEX IF NOT EXISTS message_conversation ON message (conversation, id);");
    if (sqlite3_prepare_v2(database, "INSERT INTO message (conversation, role, content, created) VALUES (?, ?, ?, ?)",
                           -1, &insert, NULL)
        || sqlite3_prepare_v2(database,
                              "SELECT role, content FROM (SELECT id, role, content FROM message"
                              " WHERE conversation = ? ORDER BY id DESC LIMIT ?) ORDER BY id",
                              -1, &newest, NULL))
        die_sqlite("prepare");
}

// --- A turn ---

// Texts are kept as they stand inside JSON, so that nothing has to be escaped.
static void store_message(int64_t conversation, const char *role, const char *content, size_t length)
{
    sqlite3_bind_int64(insert, 1, conversation);
    sqlite3_bind_text(insert, 2, role, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, content, (int)length, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, time(NULL));
    if (sqlite3_step(insert) != SQLITE_DONE)
        die_sqlite("insert");
    sqlite3_reset(insert);
}

static void build_context(int64_t conversation, Buffer *body)
{
    const char *separator = "";
    body->length = 0;
    buffer_text(body, "{\"model\":\"fake\",\"messages\":[");
    sqlite3_bind_int64(newest, 1, conversation);
    sqlite3_bind_int(newest, 2, limit);
    while (sqlite3_step(newest) == SQLITE_ROW) {
        buffer_format(body, "%s{\"role\":\"%s\",\"content\":\"", separator, sqlite3_column_text(newest, 0));
        buffer_append(body, (const char *)sqlite3_column_text(newest, 1), sqlite3_column_bytes(newest, 1));
        buffer_text(body, "\"}");
        separator = ",";
    }
    sqlite3_reset(newest);
    buffer_text(body, "]}");
}

static void send_all(int fd, const Buffer *buffer)
{
    for (size_t sent = 0; sent < buffer->length;) {
        ssize_t count = send(fd, buffer->data + sent, buffer->length - sent, MSG_NOSIGNAL);
        if (count <= 0)
            die("send");
        sent += count;
    }
}

// Reads one whole message; returns 0 when the other side has closed the connection.
static int receive_message(int fd, Buffer *message, HttpHead *head)
{
    message->length = 0;
    for (;;) {
        buffer_reserve(message, 65536);
        ssize_t count = recv(fd, message->data + message->length, message->capacity - message->length - 1, 0);
        if (count <= 0)
            return 0;
        message->length += count;
        message->data[message->length] = 0;
        if (http_head_parse(message->data, message->length, head)
            && message->length >= head->head_length + (size_t)head->content_length)
            return 1;
    }
}

// The string after the first `name`, still escaped; sets its length. `name` ends with the opening quote, and the
// JSON has no spaces.
static const char *json_string(const char *text, const char *name, size_t *length)
{
    const char *start = strstr(text, name);
    if (!start) {
        fprintf(stderr, "turnfloor: %s is missing in %.200s\n", name, text);
        exit(1);
    }
    start += strlen(name);
    const char *end = start;
    while (*end && *end != '"')
        end += *end == '\\' ? 2 : 1;
    *length = end - start;
    return start;
}

// Leaves the upstream's answer, with its head, in `answer`.
static void take_turn(int64_t conversation, const char *text, size_t length, Buffer *answer, HttpHead *head)
{
    static Buffer body, request;
    store_message(conversation, "user", text, length);
    build_context(conversation, &body);

    request.length = 0;
    buffer_format(&request,
                  "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n", body.length);
    buffer_append(&request, body.data, body.length);
    send_all(upstream, &request);
    if (!receive_message(upstream, answer, head))
        die("the upstream closed the connection");

    size_t said_length;
    const char *said = json_string(answer->data + head->head_length, "\"content\":\"", &said_length);
    store_message(conversation, "assistant", said, said_length);
}

static void connect_upstream(int port)
{
    struct sockaddr_in address = loopback(port);
    upstream = socket(AF_INET, SOCK_STREAM, 0);
    set_no_delay(upstream);
    if (connect(upstream, (struct sockaddr *)&address, sizeof address))
        die("connect to the upstream");
}

static void fill(int64_t conversation, int items)
{
    execute("BEGIN");
    for (int i = 0; i < items; i++)
        store_message(conversation, i % 2 ? "assistant" : "user", FILLER, sizeof FILLER - 1);
    execute("COMMIT");
}

// Grows the log to its usual size first: no commit that is measured pays for new blocks of the file.
static void grow_log(void)
{
    fill(0, 20000);
    execute("PRAGMA wal_checkpoint");
}

// --- The three ways to run it ---

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void run_commits(double seconds)
{
    int64_t begun = now_ns(), end = begun + (int64_t)(seconds * 1e9);
    int count = 0, capacity = 0;
    double *times = NULL;
    for (int64_t now = begun; now < end; count++) {
        if (count == capacity) {
            capacity = capacity * 2 + 4096;
            times = realloc(times, capacity * sizeof *times);
        }
        store_message(1, "user", FILLER, sizeof FILLER - 1);
        times[count] = (now_ns() - now) / 1000.0;
        now = now_ns();
    }
    double taken = (now_ns() - begun) / 1e9;
    qsort(times, count, sizeof *times, by_value);
    printf("{\"commits\":%d,\"per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f}\n", count, count / taken,
           times[count / 2], times[(int)(count * 0.99)]);
}

static void run_turns(char **specifications)
{
    Buffer answer = {0};
    HttpHead head;
    int64_t conversation = 0;
    const char *separator = "";
    printf("{");
    for (; *specifications; specifications++) {
        int items, conversations, turns, count = 0;
        if (sscanf(*specifications, "%d:%d:%d", &items, &conversations, &turns) != 3)
            exit(64);
        double *times = malloc(sizeof *times * conversations * turns);
        for (int i = 0; i < conversations; i++) {
            fill(++conversation, items);
            for (int turn = 0; turn < turns; turn++) {
                int64_t begun = now_ns();
                take_turn(conversation, FILLER, sizeof FILLER - 1, &answer, &head);
                times[count++] = (now_ns() - begun) / 1000.0;
            }
        }
        qsort(times, count, sizeof *times, by_value);
        printf("%s\"%d\":{\"turns\":%d,\"p50_us\":%.1f,\"p99_us\":%.1f}", separator, items, count,
               times[count / 2], times[(int)(count * 0.99)]);
        separator = ",";
        free(times);
    }
    printf("}\n");
}

static void serve_client(int client)
{
    Buffer request = {0}, answer = {0};
    HttpHead head;
    while (receive_message(client, &request, &head)) {
        const char *body = request.data + head.head_length;
        size_t length;
        int64_t conversation = atoll(json_string(body, "\"conversation\":\"", &length));
        const char *text = json_string(body, "\"content\":\"", &length);
        take_turn(conversation, text, length, &answer, &head);
        send_all(client, &answer);
    }
    free(request.data);
    free(answer.data);
    close(client);
}

static void run_serve(char **specifications)
{
    int64_t conversation = 0;
    for (; *specifications; specifications++) {
        int items, conversations;
        if (sscanf(*specifications, "%d:%d", &items, &conversations) != 2)
            exit(64);
        while (conversations--)
            fill(++conversation, items);
    }
    int port = 0, listener = listen_on(&port, 0);
    printf("%d\n", port);
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            die("accept");
        set_no_delay(client);
        serve_client(client);
    }
}

int main(int count, char **arguments)
{
    const char *command = count > 3 ? arguments[1] : "";
    signal(SIGPIPE, SIG_IGN);
    if (!strcmp(command, "commits")) {
        open_database(arguments[2]);
        grow_log();
        run_commits(atof(arguments[3]));
        return 0;
    }
    if (count < 6 || (strcmp(command, "turns") && strcmp(command, "serve"))) {
        fprintf(stderr, "usage: turnfloor commits DATABASE SECONDS\n"
                        "       turnfloor turns DATABASE UPSTREAM_PORT LIMIT ITEMS:CONVERSATIONS:TURNS...\n"
                        "       turnfloor serve DATABASE UPSTREAM_PORT LIMIT ITEMS:CONVERSATIONS...\n");
        return 64;
    }
    open_database(arguments[2]);
    grow_log();
    connect_upstream(atoi(arguments[3]));
    limit = atoi(arguments[4]);
    if (!strcmp(command, "turns"))
        run_turns(arguments + 5);
    else
        run_serve(arguments + 5);
    return 0;
}
