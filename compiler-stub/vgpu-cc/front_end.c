/* SPDX-License-Identifier: MIT */
/* The front end: the system's clang turns a source into bitcode. */
#define _GNU_SOURCE
#include "front_end.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "child.h"
#include "dependency.h"
#include "overlay.h"

#if defined(__aarch64__)
#define TARGET "aarch64-unknown-linux-gnu"
#else
#define TARGET "x86_64-unknown-linux-gnu"
#endif

#define FEATURE_PREFIX "__opencl_c_"

enum match { WHOLE, PREFIX };

static const struct option {
    const char *text;
    enum match match;
    const char *clang;
} known_options[] = {
#define OPTION(text, match, clang) {text, match, clang},
#include "option.def"
#undef OPTION
};

const char *vgpu_cc_clang(void)
{
    const char *name = secure_getenv("VGPU_CLANG");

    return name && *name ? name : VGPU_CLANG_NAME;
}

static const struct option *find_option(const char *text)
{
    for (size_t i = 0; i < sizeof known_options / sizeof *known_options; i++) {
        const struct option *option = &known_options[i];
        const size_t length = strlen(option->text);

        if (option->match == WHOLE
                ? strcmp(text, option->text) == 0
                : strncmp(text, option->text, length) == 0 && text[length] != '\0')
            return option;
    }
    return NULL;
}

bool vgpu_cc_is_option(const char *option)
{
    return find_option(option) != NULL;
}

bool vgpu_cc_has_option(const char *const *options, size_t num_options, const char *text)
{
    for (size_t i = 0; i < num_options; i++) {
        if (strcmp(options[i], text) == 0)
            return true;
    }
    return false;
}

/* What is told of it names lines and variables, and shows the source. */
enum vgpu_cc_watch vgpu_cc_watch_of(const char *const *options, size_t num_options)
{
    return vgpu_cc_has_option(options, num_options, "-vgpu-checked")
               ? VGPU_CC_WATCH_CHECKS
           : vgpu_cc_has_option(options, num_options, "-vgpu-counted")
               ? VGPU_CC_WATCH_COUNTS
               : VGPU_CC_WATCH_NOTHING;
}

static bool is_watched(const struct vgpu_cc_source *source)
{
    return vgpu_cc_watch_of(source->options, source->num_options) !=
           VGPU_CC_WATCH_NOTHING;
}

bool vgpu_cc_has_lines_only(const struct vgpu_cc_source *source)
{
    return (source->language == VGPU_CC_OPENCL_C || is_watched(source)) &&
           !vgpu_cc_has_option(source->options, source->num_options, "-g");
}

/* The value of the last -cl-std=. Without one it is the newest 1.x. [OpenCL 3.0, 5.8.6.5]
 */
static const char *language_version(const struct vgpu_cc_source *source)
{
    const char *version = "CL1.2";

    for (size_t i = 0; i < source->num_options; i++) {
        if (strncmp(source->options[i], "-cl-std=", 8) == 0)
            version = source->options[i] + 8;
    }
    return version;
}

/* Extensions that clang knows are switched, and with them their functions; macros are
 * defined here also for those that it leaves to its headers. Feature macros are of
 * OpenCL C 3.0 only. */
static void add_extensions(struct vgpu_cc_arguments *arguments,
                           const struct vgpu_cc_source *source)
{
    const bool has_features = strcasecmp(language_version(source), "CL3.0") == 0;

    vgpu_cc_arguments_add(arguments,
                          (const char *const[]){"-Xclang", "-cl-ext=-all", NULL});
    for (size_t i = 0; i < source->num_extensions; i++) {
        const char *name = source->extensions[i];

        if (strncmp(name, FEATURE_PREFIX, strlen(FEATURE_PREFIX)) == 0 && !has_features)
            continue;
        vgpu_cc_argument_add(arguments, "-Xclang");
        vgpu_cc_argument_add(arguments, "-cl-ext=+%s", name);
        vgpu_cc_argument_add(arguments, "-D%s=1", name);
    }
}

static int add_options(struct vgpu_cc_arguments *arguments,
                       const struct vgpu_cc_source *source, FILE *log)
{
    for (size_t i = 0; i < source->num_options; i++) {
        const char *text = source->options[i];
        const struct option *option = find_option(text);

        if (!option) {
            fprintf(log, "error: unknown option '%s'\n", text);
            return -EINVAL;
        }
        if (!option->clang)
            vgpu_cc_argument_add(arguments, "%s", text);
        else if (*option->clang)
            vgpu_cc_argument_add(arguments, "%s", option->clang);
    }
    return 0;
}

static void add_language(struct vgpu_cc_arguments *arguments,
                         const struct vgpu_cc_source *source)
{
    if (source->language == VGPU_CC_C) {
        vgpu_cc_arguments_add(arguments, (const char *const[]){"-x", "c", "-std=gnu11",
                                                               "-fno-math-errno",
                                                               "-DVGPU_CC=1", NULL});
        return;
    }
    vgpu_cc_arguments_add(arguments, (const char *const[]){"-x", "cl", NULL});
    /* A kernel that includes <stdio.h> is told that there is none. */
    vgpu_cc_argument_add(arguments, "-nostdlibinc");
    vgpu_cc_argument_add(arguments, "-cl-std=%s", language_version(source));
    /* Of the device, whatever language its programs are in. [OpenCL C 3.0, 6.13] */
    vgpu_cc_argument_add(arguments, "-D__OPENCL_VERSION__=300");
    vgpu_cc_argument_add(arguments, "-cl-kernel-arg-info");
    /* Vectors that functions pass: all is inlined, no caller meets another convention. */
    vgpu_cc_argument_add(arguments, "-Wno-psabi");
    add_extensions(arguments, source);
}

/* Unoptimised code, made as if it were to be optimised. */
static int add_all(struct vgpu_cc_arguments *arguments,
                   const struct vgpu_cc_source *source, int overlay, int dependencies,
                   FILE *log)
{
    char path[VGPU_CC_FILE_PATH_SIZE];
    int err;

    vgpu_cc_argument_add(arguments, "%s", vgpu_cc_clang());
    add_language(arguments, source);
    vgpu_cc_arguments_add(
        arguments, (const char *const[]){"-target", TARGET, "-fPIC", "-O2", "-Xclang",
                                         "-disable-llvm-passes", "-emit-llvm", "-c", "-o",
                                         "-", "-fno-crash-diagnostics", NULL});
    if (!vgpu_cc_has_option(source->options, source->num_options, "-g"))
        vgpu_cc_argument_add(arguments, "-fno-asynchronous-unwind-tables");
    if (vgpu_cc_has_lines_only(source))
        vgpu_cc_arguments_add(arguments,
                              (const char *const[]){"-gline-tables-only",
                                                    "-fdebug-compilation-dir=.", NULL});
    if (is_watched(source))
        vgpu_cc_arguments_add(arguments,
                              (const char *const[]){"-gdwarf-5", "-gembed-source",
                                                    "-fno-discard-value-names", NULL});
    vgpu_cc_arguments_add(
        arguments, (const char *const[]){"-Xclang", "-main-file-name", "-Xclang", NULL});
    vgpu_cc_argument_add(arguments, "%s", source->name);
    if (*source->debug_folder)
        vgpu_cc_argument_add(arguments, "-fdebug-compilation-dir=%s",
                             source->debug_folder);
    vgpu_cc_file_path(dependencies, path);
    vgpu_cc_arguments_add(arguments, (const char *const[]){"-MMD", "-MF", path, NULL});
    vgpu_cc_file_path(overlay, path);
    vgpu_cc_arguments_add(
        arguments,
        (const char *const[]){"-ivfsoverlay", path, "-I" VGPU_CC_OVERLAY_FOLDER, NULL});
    err = add_options(arguments, source, log);
    vgpu_cc_argument_add(arguments, "-");
    return err ? err : arguments->failed ? -ENOMEM : 0;
}

/* The source, behind a line that says how it is called. */
static int source_file(const struct vgpu_cc_source *source)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    int result = -ENOMEM;

    if (!file)
        return -ENOMEM;
    fputs("#line 1 \"", file);
    for (const char *at = source->name; *at; at++) {
        if (*at == '"' || *at == '\\')
            fputc('\\', file);
        fputc(*at == '\n' ? ' ' : *at, file);
    }
    fputs("\"\n", file);
    fwrite(source->text, 1, source->length, file);
    if (fclose(file) == 0)
        result = vgpu_cc_memory_file(text, size);
    free(text);
    return result;
}

/* Without the folder that only exists for clang. */
static void print_diagnostics(const char *text, FILE *log)
{
    static const char folder[] = VGPU_CC_OVERLAY_FOLDER "/";
    const char *found;

    while ((found = strstr(text, folder))) {
        fwrite(text, 1, (size_t)(found - text), log);
        text = found + strlen(folder);
    }
    fputs(text, log);
}

/* Of a crash, what was said before it: the rest is about clang, not about the source. */
static void print_crash(const struct vgpu_cc_source *source, char *errors, int number,
                        FILE *log)
{
    static const char *const starts[] = {"PLEASE submit a bug report", "Stack dump"};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        char *start = strstr(errors, starts[i]);

        if (start)
            *start = '\0';
    }
    print_diagnostics(errors, log);
    fprintf(log, "error: %s crashed on %s", vgpu_cc_clang(), source->name);
    if (number)
        fprintf(log, " (%s)", strsignal(number));
    fputc('\n', log);
}

static int judge(const struct vgpu_cc_source *source, struct vgpu_cc_child_result *child,
                 FILE *log)
{
    const bool has_crashed = child->signal || child->exit_code > 128 ||
                             child->exit_code == 70; /* LLVM's fatal error */

    if (has_crashed)
        print_crash(source, child->errors, child->signal, log);
    else
        print_diagnostics(child->errors, log);
    return child->exit_code == 0 ? 0 : -EINVAL;
}

static void explain(int err, FILE *log)
{
    if (err == -ENOENT)
        fprintf(log,
                "error: OpenCL C is compiled with %s, which is not installed here "
                "(Debian: apt install %s); kernels that are registered as C functions "
                "work without it\n",
                vgpu_cc_clang(), VGPU_CLANG_NAME);
    else
        fprintf(log, "error: %s could not be run: %s\n", vgpu_cc_clang(), strerror(-err));
}

static int take_result(struct vgpu_cc_child_result *child, int dependencies,
                       struct vgpu_cc_front_end_result *result_out)
{
    struct vgpu_cc_front_end_result result = {0};
    char *rule;
    size_t size;
    int err = vgpu_cc_memory_file_read(dependencies, &rule, &size);

    if (err)
        return err;
    err = vgpu_cc_dependencies_read(rule, &result.files, &result.num_files);
    free(rule);
    if (err)
        return err;
    result.bitcode = child->output;
    result.bitcode_size = child->output_size;
    child->output = NULL;
    *result_out = result;
    return 0;
}

static int run(const struct vgpu_cc_source *source, FILE *log, int text, int overlay,
               int dependencies, struct vgpu_cc_front_end_result *result_out)
{
    struct vgpu_cc_arguments arguments = {0};
    struct vgpu_cc_child_result child;
    int err = add_all(&arguments, source, overlay, dependencies, log);

    if (err)
        goto out;
    err = vgpu_cc_child_run((const char *const *)arguments.items,
                            "LLVM_DISABLE_SYMBOLIZATION=1", text, &child);
    if (err) {
        explain(err, log);
        goto out;
    }
    err = judge(source, &child, log);
    if (!err)
        err = take_result(&child, dependencies, result_out);
    vgpu_cc_child_result_fini(&child);
out:
    vgpu_cc_arguments_fini(&arguments);
    return err;
}

int vgpu_cc_front_end(const struct vgpu_cc_source *source, FILE *log,
                      struct vgpu_cc_front_end_result *result_out)
{
    struct vgpu_cc_overlay overlay;
    int text, dependencies;
    int err = vgpu_cc_overlay_init(&overlay, source->headers, source->num_headers, log);

    if (err)
        return err;
    text = source_file(source);
    dependencies = vgpu_cc_memory_file("", 0);
    err = text < 0 ? text : dependencies < 0 ? dependencies : 0;
    if (err)
        explain(err, log);
    else
        err = run(source, log, text, vgpu_cc_overlay_list(&overlay), dependencies,
                  result_out);
    if (text >= 0)
        close(text);
    if (dependencies >= 0)
        close(dependencies);
    vgpu_cc_overlay_fini(&overlay);
    return err;
}

void vgpu_cc_front_end_result_fini(struct vgpu_cc_front_end_result *result)
{
    free(result->bitcode);
    vgpu_cc_files_free(result->files, result->num_files);
    *result = (struct vgpu_cc_front_end_result){0};
}
