/* SPDX-License-Identifier: MIT */
/* The terminal as a place for a picture that changes. */
#define _GNU_SOURCE
#include "top/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l" /* a page of its own, no cursor */
#define LEAVE "\033[?25h\033[?1049l"

static const int signals[] = {SIGINT,   SIGTERM, SIGHUP, SIGQUIT,
                              SIGWINCH, SIGTSTP, SIGCONT};

static struct termios usual;
static sigset_t usual_signals; /* that are blocked while a key is waited for */
static volatile sig_atomic_t shall_end, shall_stop, has_changed, was_stopped;

bool top_terminal_can(void)
{
    const char *const kind = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && kind && *kind &&
           strcmp(kind, "dumb") != 0;
}

bool top_terminal_wants_colour(void)
{
    const char *const no_colour = getenv("NO_COLOR"), *const kind = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && kind && *kind &&
           strcmp(kind, "dumb") != 0;
}

struct top_size top_terminal_size(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
        size.ws_row == 0)
        return (struct top_size){80, 24};
    return (struct top_size){size.ws_col, size.ws_row};
}

static void note_signal(int number)
{
    if (number == SIGWINCH)
        has_changed = 1;
    else if (number == SIGTSTP)
        shall_stop = 1;
    else if (number == SIGCONT)
        was_stopped = 1;
    else
        shall_end = 1;
}

static void set_keys(void)
{
    struct termios raw = usual;

    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void top_terminal_enter(void)
{
    const struct sigaction action = {.sa_handler = note_signal}; /* ends the wait */
    sigset_t ours;

    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&ours, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &ours, &usual_signals);
    tcgetattr(STDIN_FILENO, &usual);
    set_keys();
    fputs(ENTER, stdout);
    fflush(stdout);
}

void top_terminal_leave(void)
{
    fputs(LEAVE, stdout);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSANOW, &usual);
}

/* Keys that were read and not handed out yet. */
static struct {
    char bytes[64];
    size_t first, count;
} keys;

static bool read_keys(void)
{
    const ssize_t length = read(STDIN_FILENO, keys.bytes, sizeof keys.bytes);

    keys.first = 0;
    keys.count = length > 0 ? (size_t)length : 0;
    return length > 0 || (length < 0 && errno == EINTR);
}

/* Arrows come as three characters at once. */
static int next_key(void)
{
    const char *const key = keys.bytes + keys.first;
    const bool is_arrow =
        keys.count >= 3 && key[0] == '\033' && (key[1] == '[' || key[1] == 'O');
    const size_t length = is_arrow ? 3 : 1;

    keys.first += length;
    keys.count -= length;
    if (is_arrow)
        return key[2] == 'A' ? TOP_KEY_UP : key[2] == 'B' ? TOP_KEY_DOWN : TOP_KEY_REDRAW;
    return key[0] > TOP_KEY_DOWN ? key[0] : TOP_KEY_REDRAW;
}

int top_terminal_wait(int milliseconds)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    const struct timespec most = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    int ready;

    if (keys.count > 0)
        return next_key();
    ready = ppoll(&input, 1, milliseconds < 0 ? NULL : &most, &usual_signals);

    if (shall_end)
        return TOP_KEY_END;
    if (shall_stop) {
        shall_stop = 0;
        top_terminal_leave();
        raise(SIGSTOP); /* goes on here */
        was_stopped = 1;
    }
    if (was_stopped) { /* a shell had the terminal meanwhile */
        set_keys();
        fputs(ENTER, stdout);
    }
    has_changed = was_stopped = 0;
    if (ready < 0)
        return TOP_KEY_REDRAW;
    if (ready == 0)
        return TOP_KEY_NONE;
    if (!read_keys())
        return TOP_KEY_END;
    return keys.count > 0 ? next_key() : TOP_KEY_REDRAW;
}
