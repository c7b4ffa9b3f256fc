/* SPDX-License-Identifier: MIT */
/* A lesson's text, gone through as a learner does. */
#include "lesson_text.h"

#include "figures.h"
#include "process.h"
#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wordexp.h>

#define INDENT    4
#define MOST_TEXT 1024

struct reader {
    const char *name;
    unsigned number; /* of the line */
    char where[128];
    bool is_fenced, is_table; /* what the line is in */
    char *code;               /* lines of kernels that the text shows */
    size_t code_size;
    FILE *code_file;
    struct vgpu_test_process last;
    json_t *document; /* that the last command which wrote one wrote */
    struct lesson_counts counts;
};

/* A folder of its own, so that commands run as they are written. */
static bool enter_folder(char *folder)
{
    if (!mkdtemp(folder) || chdir(folder) != 0 || mkdir("build", 0700) != 0 ||
        symlink(VGPU_BINARIES, "build/bin") != 0) {
        VGPU_FAIL("%s cannot be made", folder);
        return false;
    }
    return true;
}

static void leave_folder(const char *folder)
{
    const char *const argv[] = {"rm", "-rf", folder, NULL};
    struct vgpu_test_process process;

    if (chdir("/") != 0)
        VGPU_FAIL("cannot leave %s", folder);
    process = vgpu_test_spawn(argv, NULL);
    vgpu_test_process_fini(&process);
}

/* The file of figures that a word of a command names, or NULL. */
static const char *document_of(const char *word)
{
    static const char profile[] = "--profile=", report[] = "--report=";
    const size_t length = strlen(word);

    if (strncmp(word, profile, strlen(profile)) == 0)
        return word + strlen(profile);
    if (strncmp(word, report, strlen(report)) == 0 && length > 5 &&
        strcmp(word + length - 5, ".json") == 0)
        return word + strlen(report);
    return NULL;
}

static void load_document(struct reader *reader, const char *path)
{
    json_error_t error = {.text = ""};

    json_decref(reader->document);
    reader->document = json_load_file(path, 0, &error);
    if (!reader->document)
        VGPU_FAIL("%s: %s cannot be read: %s", reader->where, path, error.text);
}

/* Variables come first. */
static void run_words(struct reader *reader, char **words)
{
    const char *environment[8] = {NULL};
    size_t variables = 0;

    while (words[variables] && strchr(words[variables], '=') && variables < 7) {
        environment[variables] = words[variables];
        variables++;
    }
    vgpu_test_process_fini(&reader->last);
    reader->last = vgpu_test_spawn((const char *const *)(words + variables), environment);
    if (reader->last.status != 0)
        VGPU_FAIL("%s: exit status %d: %s%s", reader->where, reader->last.status,
                  reader->last.out ? reader->last.out : "",
                  reader->last.err ? reader->last.err : "");
    for (size_t i = variables; words[i]; i++)
        if (document_of(words[i]))
            load_document(reader, document_of(words[i]));
}

static void run_command(struct reader *reader, const char *command)
{
    wordexp_t words;

    if (wordexp(command, &words, WRDE_NOCMD | WRDE_UNDEF) != 0) {
        VGPU_FAIL("%s: '%s' cannot be taken apart", reader->where, command);
        return;
    }
    run_words(reader, words.we_wordv);
    wordfree(&words);
    reader->counts.commands++;
}

static bool is_command(const char *text)
{
    return strncmp(text, "build/bin/", 10) == 0 ||
           (strncmp(text, "VGPU_", 5) == 0 && strstr(text, " build/bin/"));
}

static void compare_output(struct reader *reader, const char *text)
{
    const struct vgpu_test_process *const last = &reader->last;

    if (strcmp(text, "...") == 0)
        return;
    if (!(last->out && strstr(last->out, text)) &&
        !(last->err && strstr(last->err, text)))
        VGPU_FAIL("%s: the command did not print \"%s\", but\n%s%s", reader->where, text,
                  last->out ? last->out : "nothing", last->err ? last->err : "");
    reader->counts.lines++;
}

/* Takes the next cell off the row, without blanks and backticks around it. NULL: none. */
static char *next_cell(char **rest)
{
    char *cell = *rest, *end = strchr(cell, '|');

    if (!end)
        return NULL;
    *rest = end + 1;
    while (end > cell && strchr(" `", end[-1]))
        end--;
    *end = '\0';
    return cell + strspn(cell, " `");
}

static void read_row(struct reader *reader, char *text)
{
    char *rest = text + 1, *cells[4];
    struct lesson_row row;

    for (unsigned i = 0; i < 4; i++)
        if (!(cells[i] = next_cell(&rest)))
            return;
    row = (struct lesson_row){reader->where, cells[0], cells[1], cells[2], cells[3]};
    if (strcmp(row.kernel, "kernel") == 0 && strcmp(row.line, "line") == 0) {
        reader->is_table = true;
    } else if (reader->is_table && row.kernel[0] != '-') {
        if (reader->document)
            figures_compare(reader->document, &row);
        else
            VGPU_FAIL("%s: no command has written figures", reader->where);
        reader->counts.figures++;
    }
}

static void read_line(struct reader *reader, char *text)
{
    const char *command;

    snprintf(reader->where, sizeof reader->where, "%s:%u", reader->name, reader->number);
    if (strncmp(text, "```", 3) == 0)
        reader->is_fenced = !reader->is_fenced;
    else if (reader->is_fenced)
        fprintf(reader->code_file, "%s\n", text);
    if (reader->is_fenced)
        return;
    if (text[0] == '|') {
        read_row(reader, text);
        return;
    }
    reader->is_table = false;
    if (strncmp(text, "    ", INDENT) != 0)
        return;
    command = text + strspn(text, " ");
    if (is_command(command))
        run_command(reader, command);
    else
        compare_output(reader, text + INDENT);
}

/* What the text shows of kernels is what runs. */
static void compare_code(struct reader *reader)
{
    const json_t *const source =
        json_array_get(json_object_get(reader->document, "sources"), 0);
    const char *const text = json_string_value(json_object_get(source, "text"));
    char *rest = NULL;

    fclose(reader->code_file);
    for (char *line = strtok_r(reader->code, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        if (!text || !strstr(text, line))
            VGPU_FAIL("%s: no kernel has \"%s\"", reader->name, line);
    free(reader->code);
}

struct lesson_counts lesson_text_follow(const char *name)
{
    struct reader reader = {.name = name};
    char folder[] = "/tmp/vgpu_lesson_XXXXXX", path[512], text[MOST_TEXT];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", VGPU_LESSONS, name);
    file = fopen(path, "r");
    if (!file) {
        VGPU_FAIL("%s cannot be read", path);
        return reader.counts;
    }
    reader.code_file = open_memstream(&reader.code, &reader.code_size);
    if (reader.code_file && enter_folder(folder)) {
        while (fgets(text, sizeof text, file)) {
            reader.number++;
            text[strcspn(text, "\n")] = '\0';
            read_line(&reader, text);
        }
        compare_code(&reader);
        leave_folder(folder);
    }
    fclose(file);
    vgpu_test_process_fini(&reader.last);
    json_decref(reader.document);
    return reader.counts;
}
