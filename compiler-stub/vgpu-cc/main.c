/* SPDX-License-Identifier: MIT */
/* vgpu-cc, the program: a server for the library, or a compiler for people. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_line.h"
#include "dependency.h"
#include "operation.h"
#include "serve.h"

/* Files that vgpu-cc makes shall not become one of these by chance. */
static void open_standard_files(void)
{
    int file;

    do
        file = open("/dev/null", O_RDWR);
    while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0)
        close(file);
}

static bool complain(const char *what, const char *path)
{
    fprintf(stderr, "vgpu-cc: %s '%s': %s\n", what, path, strerror(errno));
    return false;
}

static bool read_file(const char *path, char **text_out, size_t *size_out)
{
    char *text = NULL;
    FILE *file = fopen(path, "rb");
    FILE *memory = open_memstream(&text, size_out);
    char buffer[1 << 14];
    size_t n;
    bool ok = file && memory;

    while (ok && (n = fread(buffer, 1, sizeof buffer, file)) > 0)
        fwrite(buffer, 1, n, memory);
    ok = ok && !ferror(file);
    if (!ok)
        complain("cannot read", path);
    if (file)
        fclose(file);
    if (memory && fclose(memory) != 0)
        ok = false;
    if (ok)
        *text_out = text;
    else
        free(text);
    return ok;
}

static bool write_file(const char *path, const void *bytes, size_t size)
{
    const bool is_standard = strcmp(path, "-") == 0;
    FILE *file = is_standard ? stdout : fopen(path, "wb");
    bool ok = file && fwrite(bytes, 1, size, file) == size;

    if (file && fflush(file) != 0)
        ok = false;
    if (file && !is_standard && fclose(file) != 0)
        ok = false;
    return ok || complain("cannot write", path);
}

static enum vgpu_cc_language language_of(const struct vgpu_cc_command_line *line,
                                         const char *path)
{
    const char *dot = strrchr(path, '.');

    if (line->has_language)
        return line->language;
    return dot && strcmp(dot, ".c") == 0 ? VGPU_CC_C : VGPU_CC_OPENCL_C;
}

/* A file, as it is to be compiled; the text is the caller's to free. */
static bool open_source(const struct vgpu_cc_command_line *line, const char *path,
                        struct vgpu_cc_source *source_out, char **text_out)
{
    *source_out = (struct vgpu_cc_source){
        .language = language_of(line, path),
        .name = path,
        .options = (const char *const *)line->options.items,
        .num_options = line->options.count,
        .extensions = (const char *const *)line->extensions.items,
        .num_extensions = line->extensions.count,
        .debug_folder = "",
    };
    if (!read_file(path, text_out, &source_out->length))
        return false;
    source_out->text = *text_out;
    return true;
}

static bool compile_file(const struct vgpu_cc_command_line *line, const char *path,
                         bool is_executable, struct vgpu_unit *unit_out)
{
    struct vgpu_cc_source source;
    struct vgpu_cc_file *files = NULL;
    size_t num_files = 0;
    char *text;
    enum vgpu_status status;

    if (!open_source(line, path, &source, &text))
        return false;
    status =
        vgpu_cc_compile(&source, is_executable, stderr, unit_out, &files, &num_files);
    vgpu_cc_files_free(files, num_files);
    free(text);
    return status == VGPU_STATUS_DONE;
}

/* As make reads names. */
static void print_name(const char *name, FILE *file)
{
    for (; *name; name++) {
        if (*name == ' ' || *name == '#')
            fputc('\\', file);
        else if (*name == '$')
            fputc('$', file);
        fputc(*name, file);
    }
}

static bool write_rule(const struct vgpu_cc_command_line *line,
                       const struct vgpu_cc_file *files, size_t num_files)
{
    char *text = NULL;
    size_t size;
    FILE *rule = open_memstream(&text, &size);
    bool ok = rule != NULL;

    if (!ok)
        return complain("cannot write", line->depfile);
    print_name(line->output, rule);
    fputs(": ", rule);
    print_name(line->files.items[0], rule);
    for (size_t i = 0; i < num_files; i++) {
        fputs(" \\\n ", rule);
        print_name(files[i].path, rule);
    }
    fputc('\n', rule);
    ok = fclose(rule) == 0 && write_file(line->depfile, text, size);
    free(text);
    return ok;
}

static bool build(const struct vgpu_cc_command_line *line)
{
    const struct vgpu_cc_build build = {
        .cpu = line->cpu ? line->cpu : "native",
        .mode = line->mode,
        .sub_group_size = line->sub_group_size,
        .local_sizes = (const size_t(*)[3])line->local_sizes,
        .num_local_sizes = line->num_local_sizes,
        .form = line->form,
        .is_untraced = line->is_untraced || line->form != VGPU_CC_OBJECT,
        .is_told = line->is_verbose,
    };
    struct vgpu_cc_source source;
    struct vgpu_cc_file *files = NULL;
    size_t num_files = 0, size;
    void *bytes = NULL;
    char *text;
    bool ok;

    if (!open_source(line, line->files.items[0], &source, &text))
        return false;
    ok = vgpu_cc_build(&source, &build, stderr, &bytes, &size, &files, &num_files) ==
             VGPU_STATUS_DONE &&
         write_file(line->output, bytes, size) &&
         (!line->depfile || write_rule(line, files, num_files));
    vgpu_cc_files_free(files, num_files);
    free(bytes);
    free(text);
    return ok;
}

/* Several files are linked. */
static bool compile_all(const struct vgpu_cc_command_line *line,
                        struct vgpu_unit *unit_out)
{
    const size_t count = line->files.count;
    struct vgpu_unit *units;
    size_t done = 0;
    bool ok;

    if (count == 1)
        return compile_file(line, line->files.items[0], true, unit_out);
    units = calloc(count, sizeof *units);
    ok = units != NULL;
    while (ok && done < count) {
        ok = compile_file(line, line->files.items[done], false, &units[done]);
        done += ok;
    }
    ok = ok && vgpu_cc_link_units(units, count, (const char *const *)line->options.items,
                                  line->options.count, VGPU_UNIT_EXECUTABLE, stderr,
                                  unit_out) == VGPU_STATUS_DONE;
    for (size_t i = 0; i < done; i++)
        vgpu_unit_fini(&units[i]);
    free(units);
    return ok;
}

static bool make_code(const struct vgpu_cc_command_line *line,
                      const struct vgpu_unit *unit, void **bytes_out, size_t *size_out)
{
    struct vgpu_cc_code_request request = {
        .kernel = line->kernel,
        .mode = line->mode,
        .sub_group_size = line->sub_group_size,
        .form = line->form,
    };

    if (line->num_local_sizes > 0)
        memcpy(request.local_size, line->local_sizes[0], sizeof request.local_size);
    if (!request.kernel && unit->num_kernels == 1)
        request.kernel = unit->kernels[0].declaration.name;
    if (!request.kernel) {
        fprintf(stderr, "vgpu-cc: there are %zu kernels; --kernel says which:",
                unit->num_kernels);
        for (size_t i = 0; i < unit->num_kernels; i++)
            fprintf(stderr, " %s", unit->kernels[i].declaration.name);
        fputc('\n', stderr);
        return false;
    }
    return vgpu_cc_unit_code(unit, &request, stderr, bytes_out, size_out) ==
           VGPU_STATUS_DONE;
}

static bool run(const struct vgpu_cc_command_line *line)
{
    struct vgpu_unit unit = {0};
    void *bytes = NULL;
    size_t size;
    bool ok = compile_all(line, &unit);

    if (!ok)
        return false;
    if (line->emit == VGPU_CC_EMIT_CODE)
        ok = make_code(line, &unit, &bytes, &size);
    else
        ok = vgpu_unit_pack(&unit, &bytes, &size) == 0;
    ok = ok && write_file(line->output, bytes, size);
    free(bytes);
    vgpu_unit_fini(&unit);
    return ok;
}

int main(int argc, char *argv[])
{
    struct vgpu_cc_command_line line;
    int code;

    open_standard_files();
    vgpu_cc_command_line_read(&line, argc, argv);
    if (line.serve >= 0)
        code = vgpu_cc_serve(line.serve);
    else
        code = (line.registers ? build(&line) : run(&line)) ? EXIT_SUCCESS : EXIT_FAILURE;
    vgpu_cc_command_line_fini(&line);
    return code;
}
