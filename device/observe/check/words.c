/* SPDX-License-Identifier: MIT */
/* VGPU_CHECK: which checks, and what a finding does to the exit status. */
#include "check.h"
#include "environment.h"
#include "finding.h"
#include "message.h"
#include "spelling.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define EXIT_STATUS_OF_FINDINGS 86

unsigned vgpu_checks;
static bool is_fatal;
static pid_t
    owner; /* a child that was forked leaves findings and leaks to this process */

static const char *const words[] = {
#define CHECK(name, help) #name,
#include "check.def"
#undef CHECK
    "all",
    "fatal",
};
enum { WORD_ALL = VGPU_CHECK_COUNT, WORD_FATAL, WORDS };
#define WORD_CHARS 32u

static const char *nearest(const char *word, size_t length)
{
    unsigned best = UINT_MAX;
    const char *name = words[0];

    for (unsigned i = 0; i < WORDS; i++) {
        const unsigned d = vgpu_spelling_distance(word, length, words[i]);
        if (d < best) {
            best = d;
            name = words[i];
        }
    }
    return name;
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static void add_word(const char *text, size_t length, unsigned *checks, bool *fatal)
{
    for (unsigned i = 0; i < WORDS; i++) {
        if (!is_word(text, length, words[i]))
            continue;
        if (i == WORD_FATAL)
            *fatal = true;
        else
            *checks |= i == WORD_ALL ? (1u << VGPU_CHECK_COUNT) - 1 : 1u << i;
        return;
    }
    if (is_word(text, length, "1"))
        *checks |= (1u << VGPU_CHECK_COUNT) - 1;
    else if (length <= WORD_CHARS)
        vgpu_message(
            "VGPU_CHECK: \"%.*s\" is no check; did you mean %s? There are: memory, "
            "race, barrier, uninit, leak, all of them by \"all\", and \"fatal\"",
            (int)length, text, nearest(text, length));
    else
        vgpu_message("VGPU_CHECK: \"%.*s...\" is no check; there are: memory, race, "
                     "barrier, uninit, leak, all of them by \"all\", and \"fatal\"",
                     (int)WORD_CHARS, text);
}

unsigned vgpu_check_parse(const char *text, bool *fatal_out)
{
    unsigned checks = 0;
    bool fatal = false;

    while (*text) {
        const size_t length = strcspn(text, ", ;");
        if (length > 0 && !(length == 1 && *text == '0'))
            add_word(text, length, &checks, &fatal);
        text += length;
        text += *text != 0;
    }
    /* Who wants to fail wants to know. */
    if (fatal && checks == 0)
        checks = (1u << VGPU_CHECK_COUNT) - 1;
    if (fatal_out)
        *fatal_out = fatal;
    return checks;
}

static void (*find_leaks)(void);

void vgpu_check_at_end(void (*function)(void))
{
    find_leaks = function;
}

/* Runs behind all handlers of exit(), and behind the destructors of this library that
 * have no priority: what the program and other observers still do at the end is done. */
__attribute__((destructor(101))) static void finish(void)
{
    if (vgpu_checks == 0 || getpid() != owner)
        return;
    if (find_leaks && vgpu_check_is_on(VGPU_CHECK_leak))
        find_leaks();
    vgpu_findings_summary();
    if (is_fatal && vgpu_findings_count() > 0) {
        fflush(NULL);
        _exit(EXIT_STATUS_OF_FINDINGS);
    }
}

static void init(void)
{
    const char *text = vgpu_environment(VGPU_ENV_CHECK);

    if (!text)
        return;
    vgpu_checks = vgpu_check_parse(text, &is_fatal);
    owner = getpid();
    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        vgpu_check_plug_in();
}

void vgpu_check_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init);
}
