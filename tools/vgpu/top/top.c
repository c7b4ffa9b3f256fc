/* SPDX-License-Identifier: MIT */
/* `vgpu top`: what the programs do that use virtual GPUs now. */
#define _GNU_SOURCE
#include "command.h"

#include "clock.h"
#include "top/show.h"
#include "top/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_SECONDS  3600.0
#define LEAST_SECONDS 0.1
#define CLEAR_PAGE    "\033[H"
#define CLEAR_REST    "\033[J"

struct options {
    bool once, json;
    double seconds; /* of the interval */
    long pid;       /* 0: all */
    int order;
};

/* What the picture is made of, and how it is looked at. */
struct view {
    struct options options;
    struct top_list now, before;
    int scrolled; /* lines */
    bool paused;
};

static double parse_seconds(const char *word, struct argp_state *state)
{
    char *end;
    const double seconds = strtod(word, &end);

    if (end == word || *end || !(seconds >= 0 && seconds <= MOST_SECONDS))
        argp_error(state, "--interval takes seconds from 0 to %.0f, not '%s'",
                   MOST_SECONDS, word);
    return seconds;
}

static long parse_pid(const char *word, struct argp_state *state)
{
    char *end;
    const long pid = strtol(word, &end, 10);

    if (end == word || *end || pid <= 0 || pid > INT_MAX)
        argp_error(state, "--pid takes the number of a process, not '%s'", word);
    return pid;
}

static int parse_order(const char *word, struct argp_state *state)
{
    int order = 0;

    while (order < TOP_ORDERS && strcmp(word, top_order_names[order]) != 0)
        order++;
    if (order == TOP_ORDERS)
        argp_error(state, "--sort takes busy, time or name, not '%s'", word);
    return order;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case '1':
        options->once = true;
        return 0;
    case 'j':
        options->once = options->json = true;
        return 0;
    case 'i':
        options->seconds = parse_seconds(word, state);
        return 0;
    case 'p':
        options->pid = parse_pid(word, state);
        return 0;
    case 's':
        options->order = parse_order(word, state);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "it takes no argument, not '%s'", word);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option option_rows[] = {
    {"interval", 'i', "SECONDS", 0,
     "look again after so long (default: 1); with --once 0: show rates since the "
     "programs began",
     0},
    {"json", 'j', NULL, 0, "print once, as JSON, with all counters", 0},
    {"once", '1', NULL, 0, "print one picture and end", 0},
    {"pid", 'p', "PID", 0, "show this process alone", 0},
    {"sort", 's', "ORDER", 0,
     "what comes first: busy (now; the default), time (spent so far), or name", 0},
    {0}};

static const char about[] =
    "Shows the programs of yours that use virtual GPUs, as they run: how busy devices "
    "and their compute units are, memory, what moves, and kernels."
    "\vKeys: q ends, s sorts anew, + and - change the interval, space stops the picture, "
    "arrows scroll. Where the output is no terminal it prints once.\n\n"
    "A compute unit is busy while it has work-groups to run. TIME is what compute units "
    "spent on a kernel, added up; EACH is that for one launch.";

static bool look(struct view *view)
{
    top_list_fini(&view->before);
    view->before = view->now;
    view->now = (struct top_list){0};
    if (top_scan((pid_t)view->options.pid, &view->now) == 0)
        return true;
    complain("there is no memory for what the programs count");
    return false;
}

static void sleep_seconds(double seconds)
{
    struct timespec left = {.tv_sec = (time_t)seconds};

    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

static int show_once(struct view *view)
{
    struct top_screen screen = {.out = stdout};
    int status = 0;

    if (!look(view))
        return EXIT_FAILURE;
    if (view->options.seconds > 0) {
        sleep_seconds(view->options.seconds);
        if (!look(view))
            return EXIT_FAILURE;
    }
    top_sort(&view->now, &view->before, view->options.order);
    if (view->options.json) {
        status = top_show_json(&view->now, &view->before, view->options.order);
    } else {
        screen.colour = top_terminal_wants_colour();
        if (screen.colour)
            screen.width = top_terminal_size().columns;
        top_show_text(&view->now, &view->before, view->options.order,
                      (pid_t)view->options.pid, &screen);
    }
    return view->options.pid && view->now.count == 0 ? EXIT_FAILURE : status;
}

static void draw_head(const struct view *view, struct top_screen *screen)
{
    char clock[32];
    const time_t now = time(NULL);
    struct tm local;

    strftime(clock, sizeof clock, "%H:%M:%S", localtime_r(&now, &local));
    top_line_start(screen);
    top_put(screen, TOP_BOLD, "vgpu top  %s  %zu program%s", clock, view->now.count,
            view->now.count == 1 ? "" : "s");
    top_put(screen, TOP_DIM,
            "   q end  s sort: %s  +- every %g s  space %s  arrows scroll",
            top_order_names[view->options.order], view->options.seconds,
            view->paused ? "go on" : "stop");
    top_line_end(screen);
    top_line_start(screen);
    top_line_end(screen);
}

/* The whole page in one write: nothing flickers. */
static void draw(struct view *view)
{
    const struct top_size size = top_terminal_size();
    struct top_screen head = {.width = size.columns, .height = 2};
    struct top_screen body = {.width = size.columns, .height = size.lines - 3};
    char *text = NULL;
    size_t length;
    FILE *page = open_memstream(&text, &length);

    if (!page)
        return;
    if (body.height < 1)
        body.height = 1;
    head.out = body.out = page;
    head.colour = body.colour = top_terminal_wants_colour();
    body.first = view->scrolled;
    fputs(head.colour ? CLEAR_PAGE : CLEAR_PAGE CLEAR_REST, page);
    draw_head(view, &head);
    top_show_text(&view->now, &view->before, view->options.order,
                  (pid_t)view->options.pid, &body);
    fputs(CLEAR_REST, page);
    fclose(page);
    fwrite(text, 1, length, stdout);
    fflush(stdout);
    free(text);
    if (view->scrolled >= body.line) /* what was there is gone */
        view->scrolled = body.line > 0 ? body.line - 1 : 0;
}

static double clamp_seconds(double seconds)
{
    return seconds < LEAST_SECONDS  ? LEAST_SECONDS
           : seconds > MOST_SECONDS ? MOST_SECONDS
                                    : seconds;
}

/* False: it ends. */
static bool obey(struct view *view, int key)
{
    struct options *const options = &view->options;

    switch (key) {
    case 'q':
    case 'Q':
    case TOP_KEY_END:
        return false;
    case 's':
        options->order = (options->order + 1) % TOP_ORDERS;
        top_sort(&view->now, &view->before, options->order);
        break;
    case '+':
        options->seconds = clamp_seconds(options->seconds * 2);
        break;
    case '-':
        options->seconds = clamp_seconds(options->seconds / 2);
        break;
    case ' ':
        view->paused = !view->paused;
        break;
    case 'k':
    case TOP_KEY_UP:
        view->scrolled -= view->scrolled > 0;
        break;
    case 'j':
    case TOP_KEY_DOWN:
        view->scrolled++;
        break;
    default:
        break;
    }
    return true;
}

/* Draws, and obeys keys, until the interval is over. False: it ends. */
static bool wait_with_keys(struct view *view)
{
    const uint64_t start = vgpu_now_ns();

    for (;;) {
        const double waited = (double)(vgpu_now_ns() - start) / 1e9;
        const double left = view->options.seconds - waited;
        int key;

        if (left <= 0 && !view->paused)
            return true;
        draw(view);
        key = top_terminal_wait(view->paused ? -1 : (int)(left * 1000) + 1);
        if (!obey(view, key))
            return false;
    }
}

static int show_on_terminal(struct view *view)
{
    bool ok;

    view->options.seconds = clamp_seconds(view->options.seconds);
    top_terminal_enter();
    do {
        ok = look(view);
        top_sort(&view->now, &view->before, view->options.order);
    } while (ok && wait_with_keys(view));
    top_terminal_leave();
    return ok ? 0 : EXIT_FAILURE;
}

int command_top(int argc, char **argv)
{
    const struct argp argp = {.options = option_rows, .parser = parse, .doc = about};
    struct view view = {.options = {.seconds = 1}};
    int status;

    read_command_line(&argp, argc, argv, &view.options);
    status = view.options.once || !top_terminal_can() ? show_once(&view)
                                                      : show_on_terminal(&view);
    top_list_fini(&view.now);
    top_list_fini(&view.before);
    return status;
}
