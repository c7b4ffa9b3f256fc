/* SPDX-License-Identifier: MIT */
/* Options of builds, compiles and links. */
#define _GNU_SOURCE
#include "object/build_options.h"

#include "object/watch.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMPILE = VGPU_STAGE_COMPILE, LINK = VGPU_STAGE_LINK };
enum form { ALONE, WITH_VALUE, ATTACHED };

/* What an option does with its value; a sentence fragment that says what is wrong with
 * it, or NULL. */
typedef const char *action(struct vgpu_build_options *options, const char *value);

static const struct vgpu_c_standard standards[] = {
#define C_STANDARD(name, c_version, is_offered) {name, c_version, is_offered},
#include "object/c_standard.def"
};

static const struct vgpu_c_standard *standard_find(const char *name)
{
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++)
        if (strcmp(standards[i].name, name) == 0)
            return &standards[i];
    return NULL;
}

void vgpu_c_standards_print(FILE *file)
{
    const char *separator = "";

    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++) {
        if (!standards[i].is_offered)
            continue;
        fprintf(file, "%s%s", separator, standards[i].name);
        separator = ", ";
    }
}

static const char *accept(struct vgpu_build_options *options, const char *value)
{
    (void)options, (void)value;
    return NULL;
}

/* Behind the macro's name, and its parameters where it has some: "F(a,b)". */
static const char *macro_end(const char *value)
{
    const char *end = value, *close;

    while (isalnum((unsigned char)*end) || *end == '_')
        end++;
    if (end == value || *end != '(')
        return end;
    close = end + 1 +
            strspn(end + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789_,. ");
    return *close == ')' ? close + 1 : end;
}

static const char *add_define(struct vgpu_build_options *options, const char *value)
{
    const char *end = macro_end(value);

    if (end == value || isdigit((unsigned char)*value) || (*end != '\0' && *end != '='))
        return "defines no macro: write -D NAME or -D NAME=VALUE";
    options->defines[options->num_defines++] = value;
    return NULL;
}

static const char *add_folder(struct vgpu_build_options *options, const char *value)
{
    if (*value == '\0')
        return "names no folder: write -I folder";
    options->folders[options->num_folders++] = value;
    return NULL;
}

static const char *create_library(struct vgpu_build_options *options, const char *value)
{
    (void)value;
    options->creates_library = true;
    return NULL;
}

static const char *enable_link_options(struct vgpu_build_options *options,
                                       const char *value)
{
    (void)value;
    options->enables_link_options = true;
    return NULL;
}

static const char *make_uniform(struct vgpu_build_options *options, const char *value)
{
    (void)value;
    options->uniform_work_groups = true;
    return NULL;
}

static const char *relax_math(struct vgpu_build_options *options, const char *value)
{
    (void)value;
    return add_define(options, "__FAST_RELAXED_MATH__=1");
}

static const char *set_standard(struct vgpu_build_options *options, const char *value)
{
    options->standard = standard_find(value);
    return options->standard
               ? NULL
               : "names no version of OpenCL C: write for example -cl-std=CL1.2";
}

static const struct {
    const char *text;
    unsigned stages;
    enum form form;
    action *apply;
    bool is_ours; /* and not the compiler's */
} rows[] = {
#define OPTION(text, stages, form, action)         {text, stages, form, action, false},
#define OPTION_OF_OURS(text, stages, form, action) {text, stages, form, action, true},
#include "object/build_options.def"
};

/* Writes the next word of *text, unquoted, to *to and moves both on. 1: a word, 0: the
 * end, -EINVAL: a quote is not closed. */
static int next_word(const char **text, char **to)
{
    const char *from = *text;
    char quote = '\0';

    while (isspace((unsigned char)*from))
        from++;
    if (*from == '\0')
        return 0;
    for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (*from == quote)
            quote = '\0';
        else if (!quote && (*from == '"' || *from == '\''))
            quote = *from;
        else if (*from == '\\' && from[1] && quote != '\'' &&
                 (!quote || from[1] == '"' || from[1] == '\\'))
            *(*to)++ = *++from;
        else
            *(*to)++ = *from;
    }
    *(*to)++ = '\0';
    *text = from;
    return quote ? -EINVAL : 1;
}

/* The row of the stage's option that a word is or begins with, or -1. */
static int row_find(const char *word, enum vgpu_build_stage stage)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const bool whole = rows[i].form == ALONE;

        if ((rows[i].stages & stage) &&
            (whole ? strcmp(word, rows[i].text) == 0
                   : strncmp(word, rows[i].text, strlen(rows[i].text)) == 0))
            return (int)i;
    }
    return -1;
}

/* The sentence about a word that is not understood. */
static int refuse(char **error_out, const char *word, const char *problem)
{
    if (asprintf(error_out, "build option '%.200s' %s", word, problem) < 0)
        *error_out = NULL;
    return -EINVAL;
}

/* Applies the words from *text on. `to` is where they are written; a value that stands
 * apart is written behind its option, which it takes the end from. */
static int apply_words(const char *text, enum vgpu_build_stage stage, char *to,
                       struct vgpu_build_options *options, char **error_out)
{
    for (;;) {
        const char *const word = to;
        const char *value, *problem;
        int more = next_word(&text, &to);
        int row;

        if (more == 0)
            return 0;
        if (more < 0)
            return refuse(error_out, word, "has a quote that is not closed");
        row = row_find(word, stage);
        if (row < 0)
            return refuse(
                error_out, word,
                stage == VGPU_STAGE_LINK
                    ? "is unknown to the linker: OpenCL's linker options are accepted"
                    : "is unknown: only those of the OpenCL specification are accepted");
        value = word + strlen(rows[row].text);
        if (rows[row].form == WITH_VALUE && *value == '\0') {
            to--;
            more = next_word(&text, &to);
            if (more == 0)
                return refuse(error_out, word, "lacks its value");
            if (more < 0)
                return refuse(error_out, value, "has a quote that is not closed");
        }
        problem = rows[row].apply(options, value);
        if (problem)
            return refuse(error_out, value, problem);
        if (!rows[row].is_ours)
            options->words[options->num_words++] = word;
    }
}

int vgpu_build_options_parse(const char *text, enum vgpu_build_stage stage,
                             struct vgpu_build_options *options_out, char **error_out)
{
    struct vgpu_build_options options = {.standard = standard_find("CL1.2")};
    const size_t length = text ? strlen(text) : 0;
    int err;

    options.text = malloc(length + 1);
    options.words =
        calloc(length / 2 + 2, sizeof *options.words); /* a word takes two or more */
    options.defines = calloc(length / 2 + 1, sizeof *options.defines);
    options.folders = calloc(length / 2 + 1, sizeof *options.folders);
    err =
        options.text && options.words && options.defines && options.folders ? 0 : -ENOMEM;
    if (err == 0)
        err = apply_words(text ? text : "", stage, options.text, &options, error_out);
    if (err == 0 && options.enables_link_options && !options.creates_library)
        err =
            refuse(error_out, "-enable-link-options", "needs -create-library beside it");
    if (err == 0 && vgpu_watch_option())
        options.words[options.num_words++] = vgpu_watch_option();
    if (err == 0)
        *options_out = options;
    else
        vgpu_build_options_fini(&options);
    return err;
}

void vgpu_build_options_fini(struct vgpu_build_options *options)
{
    free(options->words);
    free(options->defines);
    free(options->folders);
    free(options->text);
}
