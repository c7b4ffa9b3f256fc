/* SPDX-License-Identifier: MIT */
/* `vgpu report`: a page made of the files that observers wrote. */
#include "command.h"

#include "document.h"
#include "report_file.h"

#include <stdlib.h>

static const struct argp_option options[] = {
    {"profile", 'p', "FILE", 0, "what VGPU_PROFILE wrote", 0},
    {"trace", 't', "FILE", 0, "what VGPU_TRACE wrote", 0},
    {"output", 'o', "FILE", 0, "the page; default: report.html", 0},
    {0}};

struct report_options {
    const char *profile, *trace, *output, *document;
};

static const struct word_option words[] = {
    {'p', offsetof(struct report_options, profile)},
    {'t', offsetof(struct report_options, trace)},
    {'o', offsetof(struct report_options, output)},
    {0}};

static error_t parse(int key, char *word, struct argp_state *state)
{
    struct report_options *wanted = state->input;

    if (keep_word(words, key, word, wanted))
        return 0;
    switch (key) {
    case ARGP_KEY_ARG:
        if (wanted->document)
            argp_error(state, "takes one REPORT.json, not also '%s'", word);
        wanted->document = word;
        return 0;
    case ARGP_KEY_END:
        if (!wanted->document && !wanted->profile && !wanted->trace)
            argp_error(state, "wants --profile or --trace, or a REPORT.json that "
                              "VGPU_REPORT wrote");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_report(int argc, char **argv)
{
    const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[REPORT.json]",
        .doc = "Makes a page of what VGPU_PROFILE and VGPU_TRACE wrote, or of a document "
               "that VGPU_REPORT=REPORT.json did."};
    struct report_options wanted = {.output = "report.html"};
    char message[VGPU_REPORT_MESSAGE];
    json_t *document;
    int status = EXIT_FAILURE;

    read_command_line(&argp, argc, argv, &wanted);
    document = wanted.document
                   ? vgpu_report_read(wanted.document, message)
                   : vgpu_report_gather(wanted.profile, wanted.trace, message);
    if (!document || vgpu_report_save(wanted.output, document, message) != 0)
        complain("%s", message);
    else
        status = EXIT_SUCCESS;
    json_decref(document);
    return status;
}
