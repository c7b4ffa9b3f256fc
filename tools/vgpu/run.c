/* SPDX-License-Identifier: MIT */
/* `vgpu run`: runs a program with observers, and tells what they saw. */
#include "command.h"

#include "report_file.h"
#include "run_program.h"
#include "summary.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NO_SUMMARY = 0x100 };

static const struct argp_option options[] = {
    {"report", 'r', "FILE", 0,
     "write the page there, or as JSON where FILE ends in .json", 0},
    {"profile", 'p', "FILE", 0, "as VGPU_PROFILE: write the figures of kernels there", 0},
    {"trace", 't', "FILE", 0, "as VGPU_TRACE: write the timeline there", 0},
    {"check", 'c', "CHECKS", 0,
     "as VGPU_CHECK: look for memory, race, barrier, uninit, leak, or all", 0},
    {"no-summary", NO_SUMMARY, NULL, 0, "print nothing behind the program's output", 0},
    {0}};

struct run_options {
    const char *report, *profile, *trace, *check;
    bool no_summary;
    char **program; /* and its arguments, closed by NULL */
};

static const struct word_option words[] = {{'r', offsetof(struct run_options, report)},
                                           {'p', offsetof(struct run_options, profile)},
                                           {'t', offsetof(struct run_options, trace)},
                                           {'c', offsetof(struct run_options, check)},
                                           {0}};

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct run_options *wanted = state->input;

    if (keep_word(words, key, word, wanted))
        return 0;
    switch (key) {
    case NO_SUMMARY:
        wanted->no_summary = true;
        return 0;
    case ARGP_KEY_ARG:
        wanted->program = state->argv + state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "wants a program to run");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool set(const char *name, const char *value)
{
    return !value || setenv(name, value, 1) == 0;
}

/* set_observers - in our own environment, which the program gets. */
static bool set_observers(const struct run_options *wanted, const char *document)
{
    return set("VGPU_REPORT", document) && set("VGPU_PROFILE", wanted->profile) &&
           set("VGPU_TRACE", wanted->trace) && set("VGPU_CHECK", wanted->check);
}

static bool has_colour(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && !(none && *none) && terminal &&
           strcmp(terminal, "dumb") != 0;
}

/* tell - the summary goes to stderr: stdout is the program's. */
static int tell(const struct run_options *wanted, const char *path)
{
    char message[VGPU_REPORT_MESSAGE];
    json_t *document;
    int status = 0;

    if (access(path, F_OK) != 0)
        return complain("%s used no virtual GPU, or was killed, so there is nothing to "
                        "tell; is it linked with another libOpenCL.so.1 by its rpath?",
                        wanted->program[0]);
    document = vgpu_report_read(path, message);
    if (!document)
        return complain("%s", message);
    if (!wanted->no_summary)
        vgpu_report_summary(stderr, document, has_colour());
    if (wanted->report && vgpu_report_save(wanted->report, document, message) != 0)
        status = complain("%s", message);
    else if (wanted->report && !wanted->no_summary)
        fprintf(stderr, "\nThe whole report: %s\n", wanted->report);
    json_decref(document);
    return status;
}

int command_run(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "PROGRAM [ARGUMENT...]",
        .doc =
            "Runs a program with observers, and prints what they saw behind its output: "
            "kernels with their figures, advice, findings, transfers. The exit status is "
            "the program's."};
    struct run_options wanted = {0};
    char folder[] = "/tmp/vgpu-run-XXXXXX", path[64], message[VGPU_REPORT_MESSAGE];
    int status;

    read_command_line(&argp, argc, argv, &wanted);
    if (wanted.report && vgpu_report_check_path(wanted.report, message) != 0)
        return complain("%s", message);
    if (!mkdtemp(folder))
        return complain("a folder %s cannot be made (%s)", folder, strerror(errno));
    snprintf(path, sizeof path, "%s/report.json", folder);
    if (!set_observers(&wanted, path) || use_our_library() != 0)
        status = complain("memory is short");
    else
        status = run_program(wanted.program);
    if (status < NOT_STARTED && tell(&wanted, path) != 0 && status == 0 && wanted.report)
        status = EXIT_FAILURE;
    unlink(path);
    rmdir(folder);
    return status < NOT_STARTED ? status : status - NOT_STARTED;
}
