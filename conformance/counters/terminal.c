/* SPDX-License-Identifier: MIT */
/* `vgpu top` on a terminal: whatever its size, it draws, obeys keys, and leaves it as it
 * was. */
#define _GNU_SOURCE
#include "counters_test.h"

#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LEAVE "\033[?1049l"

/* A `vgpu top` on a terminal of its own. */
struct shown {
    pid_t pid;
    int terminal;
    char text[1 << 16]; /* all that it wrote so far, with a closing 0 */
    size_t length;
};

static void show(struct shown *shown, unsigned short columns, unsigned short lines,
                 const char *colour)
{
    const struct winsize size = {.ws_col = columns, .ws_row = lines};

    shown->length = 0;
    shown->text[0] = 0;
    shown->pid = forkpty(&shown->terminal, NULL, NULL, &size);
    if (shown->pid == 0) {
        setenv("TERM", "xterm", 1);
        setenv("NO_COLOR", colour, 1);
        execl(VGPU_PROGRAM, "vgpu", "top", "--interval", "3600", (char *)NULL);
        _exit(127);
    }
    ASSERT_LT(0, shown->pid);
}

/* What is shown depends on what else runs on the machine: where there is no room for
 * more, the older half goes. */
static void make_room(struct shown *shown)
{
    const size_t half = sizeof shown->text / 2;

    if (shown->length + 1 < sizeof shown->text)
        return;
    memmove(shown->text, shown->text + half, shown->length - half + 1);
    shown->length -= half;
}

/* Reads until the text is there, or all is. */
static bool read_until(struct shown *shown, const char *text)
{
    while (!strstr(shown->text, text)) {
        ssize_t got;

        make_room(shown);
        got = read(shown->terminal, shown->text + shown->length,
                   sizeof shown->text - 1 - shown->length);
        if (got <= 0)
            break;
        shown->length += (size_t)got;
        shown->text[shown->length] = 0;
    }
    return strstr(shown->text, text) != NULL;
}

static void expect_end(struct shown *shown)
{
    int status = -1;

    EXPECT_TRUE(read_until(shown, LEAVE));
    EXPECT_EQ(shown->pid, waitpid(shown->pid, &status, 0));
    EXPECT_EQ(0, status);
    close(shown->terminal);
}

static void press(struct shown *shown, const char *keys)
{
    for (const char *key = keys; *key; key++) /* each by itself, as people press them */
        EXPECT_EQ(1, write(shown->terminal, key, 1));
}

VGPU_TEST(vgpu_top_terminal, draws_in_any_size_and_obeys_keys)
{
    static const unsigned short sizes[][2] = {{1, 1},   {7, 2},    {40, 3},
                                              {60, 12}, {100, 30}, {500, 200}};
    static struct shown shown;
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");

    counters_launch(f, kernel, 64, 8);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        show(&shown, sizes[i][0], sizes[i][1], "");
        EXPECT_TRUE(read_until(&shown, "v")); /* of the first line */
        press(&shown, "sss+- jjjkkkkk?\033x ");
        press(&shown, "q");
        expect_end(&shown);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(vgpu_top_terminal, does_without_colour_where_it_shall)
{
    static struct shown shown;

    for (int plain = 0; plain < 2; plain++) {
        show(&shown, 100, 40, plain ? "1" : "");
        EXPECT_TRUE(read_until(&shown, "Virtual GPU"));
        press(&shown, "q");
        expect_end(&shown);
        EXPECT_EQ(plain, strstr(shown.text, "\033[1m") == NULL);
    }
}

VGPU_TEST(vgpu_top_terminal, leaves_it_as_it_was_when_it_is_told_to_end)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    static struct shown shown;

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        show(&shown, 80, 24, "");
        EXPECT_TRUE(read_until(&shown, "vgpu top"));
        kill(shown.pid, signals[i]);
        expect_end(&shown);
    }
}
