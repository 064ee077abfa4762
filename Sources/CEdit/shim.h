#pragma once
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// libedit is set up through functions with variable arguments, which Swift does not import.

/// A line editor on standard input and output, with its history.
struct parley_editor {
    EditLine *edit;
    History *history;
    HistEvent event;
    /// Ctrl-C was pressed instead of Return.
    bool interrupted;
    char prompt[256];
};

/// The terminal as it was before it was first edited on.
static inline struct termios *parley_terminal_before(void) {
    static struct termios before;
    return &before;
}

/// Gives the terminal back as it was, then lets the signal do what it does. Safe in a signal handler.
static inline void parley_terminal_leave(int number) {
    // From the background the terminal can be set only by who ignores this.
    signal(SIGTTOU, SIG_IGN);
    tcsetattr(STDIN_FILENO, TCSANOW, parley_terminal_before());
    raise(number);
}

/// A process that is told to end while a line is edited leaves a terminal on which one can type.
///
/// Whoever ignores a signal from the start, as under `nohup`, goes on ignoring it.
static inline void parley_terminal_guard(void) {
    static const int signals[] = {SIGTERM, SIGHUP};
    if (tcgetattr(STDIN_FILENO, parley_terminal_before()) != 0) return;
    for (size_t index = 0; index < sizeof signals / sizeof signals[0]; index++) {
        struct sigaction before, action = {.sa_handler = parley_terminal_leave, .sa_flags = SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        if (sigaction(signals[index], NULL, &before) != 0 || before.sa_handler != SIG_DFL) continue;
        sigaction(signals[index], &action, NULL);
    }
}

static inline char *parley_editor_prompt(EditLine *edit) {
    struct parley_editor *editor = NULL;
    el_get(edit, EL_CLIENTDATA, &editor);
    return editor->prompt;
}

static inline unsigned char parley_editor_interrupt(EditLine *edit, int key) {
    (void)key;
    struct parley_editor *editor = NULL;
    el_get(edit, EL_CLIENTDATA, &editor);
    editor->interrupted = true;
    return CC_EOF;
}

static inline void parley_editor_free(struct parley_editor *editor) {
    if (editor == NULL) return;
    if (editor->edit != NULL) el_end(editor->edit);
    if (editor->history != NULL) history_end(editor->history);
    free(editor);
}

/// Text is UTF-8 also where no language is set.
static inline void parley_editor_use_utf8(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
}

/// A new editor, or NULL. Belongs to one thread at a time.
static inline struct parley_editor *parley_editor_new(int history_size) {
    parley_editor_use_utf8();
    parley_terminal_guard();
    struct parley_editor *editor = (struct parley_editor *)calloc(1, sizeof(struct parley_editor));
    if (editor == NULL) return NULL;
    editor->edit = el_init("parley", stdin, stdout, stderr);
    editor->history = history_init();
    if (editor->edit == NULL || editor->history == NULL) {
        parley_editor_free(editor);
        return NULL;
    }
    history(editor->history, &editor->event, H_SETSIZE, history_size);
    history(editor->history, &editor->event, H_SETUNIQUE, 1);
    el_set(editor->edit, EL_CLIENTDATA, editor);
    el_set(editor->edit, EL_PROMPT_ESC, parley_editor_prompt, '\1');
    el_set(editor->edit, EL_EDITOR, "emacs");
    el_set(editor->edit, EL_HIST, history, editor->history);
    el_set(editor->edit, EL_ADDFN, "parley-interrupt", "Leave the line", parley_editor_interrupt);
    el_source(editor->edit, NULL);
    // While a line is edited, Ctrl-C is a key and no signal. (To set `intr` alone has no effect: libedit restores it.)
    el_set(editor->edit, EL_SETTY, "-d", "-isig", NULL);
    el_set(editor->edit, EL_BIND, "^C", "parley-interrupt", NULL);
    el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    return editor;
}

/// Reads one line with its line end; NULL at the end of input, and when `interrupted` is set.
static inline const char *parley_editor_read(struct parley_editor *editor, const char *prompt) {
    int count = 0;
    snprintf(editor->prompt, sizeof editor->prompt, "%s", prompt);
    editor->interrupted = false;
    el_resize(editor->edit);
    const char *line = el_gets(editor->edit, &count);
    return count > 0 ? line : NULL;
}

/// Reads the history of earlier sessions.
static inline void parley_editor_load(struct parley_editor *editor, const char *path) {
    history(editor->history, &editor->event, H_LOAD, path);
}

/// Adds a line to the history and writes the file, which only its owner may read.
static inline void parley_editor_remember(struct parley_editor *editor, const char *line, const char *path) {
    history(editor->history, &editor->event, H_ENTER, line);
    history(editor->history, &editor->event, H_SAVE, path);
}
