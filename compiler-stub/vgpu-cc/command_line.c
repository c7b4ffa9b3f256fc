/* SPDX-License-Identifier: MIT */
/* The command line of vgpu-cc. */
#include "command_line.h"

#include <argp.h>
#include <errno.h>
#include <llvm/Config/llvm-config.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"

static const char documentation[] =
    "Compiles OpenCL C into code for vgpu's virtual GPUs.\v"
    "Build options of OpenCL may stand anywhere: -DNAME=VALUE, -Ifolder, -cl-std=CL1.2, "
    "-cl-fast-relaxed-math, -w, -Werror, -g and so on.\n\n"
    "The library runs vgpu-cc by itself when a program is built; by hand it shows what "
    "becomes of a source:\n"
    "  vgpu-cc --emit=llvm --kernel=saxpy -o - saxpy.cl\n\n"
    "CMake's vgpu_add_kernels runs it when a program is built, so that the program has "
    "the kernels in it:\n"
    "  vgpu-cc --emit=object --register -o saxpy.o saxpy.cl\n\n"
    "The environment variable VGPU_CLANG names another clang than " VGPU_CLANG_NAME ".";

enum key {
    EXTENSION = 256,
    EMIT,
    KERNEL,
    LOCAL_SIZE,
    MODE,
    SUB_GROUP_SIZE,
    REGISTER,
    CPU,
    DEPFILE,
    UNTRACED,
    SERVE
};

static const struct argp_option options[] = {
    {NULL, 'o', "FILE", 0, "write to FILE ('-': standard output)", 0},
    {NULL, 'x', "LANGUAGE", 0,
     "cl (OpenCL C) or c (with CL/cl_vgpu_kernel.h); default: by the file's name", 0},
    {"extension", EXTENSION, "NAME", 0,
     "an extension or feature that sources may use; without any: all of the devices'", 0},
    {"emit", EMIT, "FORM", 0,
     "unit (default: what the library keeps of a program), or of one kernel: shared "
     "(what "
     "it loads), object or llvm (text)",
     0},
    {"kernel", KERNEL, "NAME", 0, "which kernel; default: the only one", 0},
    {"local-size", LOCAL_SIZE, "X,Y,Z", 0,
     "made for this local size; default: any. With --register also for this one, and may "
     "be repeated",
     0},
    {"mode", MODE, "MODE", 0, "lockstep, plain, fiber or traced; default: the fastest",
     0},
    {"sub-group-size", SUB_GROUP_SIZE, "ITEMS", 0,
     "8, 16 or 32 (default) work-items in a sub-group, for kernels that know sub-groups",
     0},
    {"register", REGISTER, NULL, 0,
     "object or llvm of all kernels, registered when the program that they are linked "
     "into is loaded",
     0},
    {"cpu", CPU, "NAME", 0,
     "with --register: made for native (this machine's processor; default), x86-64, "
     "x86-64-v2, x86-64-v3 or x86-64-v4",
     0},
    {"depfile", DEPFILE, "FILE", 0,
     "with --register: write a rule of make to FILE that lists the files included", 0},
    {"untraced", UNTRACED, NULL, 0,
     "with --register: leave out what VGPU_PROFILE and VGPU_CHECK need of the kernels, "
     "their source among it; objects are smaller then",
     0},
    {"verbose", 'v', NULL, 0,
     "with --register: say which kernels cannot be traced, and why", 0},
    {"serve", SERVE, "FD", 0, "answer the library's requests at this socket", 0},
    {0},
};

static const struct {
    const char *name;
    enum vgpu_cc_emit emit;
    enum vgpu_cc_form form;
} forms[] = {
    {"unit", VGPU_CC_EMIT_UNIT, VGPU_CC_SHARED},
    {"shared", VGPU_CC_EMIT_CODE, VGPU_CC_SHARED},
    {"object", VGPU_CC_EMIT_CODE, VGPU_CC_OBJECT},
    {"llvm", VGPU_CC_EMIT_CODE, VGPU_CC_LLVM},
};

static const struct {
    const char *name;
    enum vgpu_code_mode mode;
} modes[] = {
    {"lockstep", VGPU_CODE_LOCKSTEP},
    {"plain", VGPU_CODE_PLAIN},
    {"fiber", VGPU_CODE_FIBER},
    {"traced", VGPU_CODE_TRACED},
};

static bool set_form(struct vgpu_cc_command_line *line, const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strcmp(forms[i].name, name) == 0) {
            line->emit = forms[i].emit;
            line->form = forms[i].form;
            return true;
        }
    }
    return false;
}

static bool set_mode(struct vgpu_cc_command_line *line, const char *name)
{
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(modes[i].name, name) == 0) {
            line->mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

static bool set_language(struct vgpu_cc_command_line *line, const char *name)
{
    line->has_language = true;
    line->language = strcmp(name, "c") == 0 ? VGPU_CC_C : VGPU_CC_OPENCL_C;
    return strcmp(name, "c") == 0 || strcmp(name, "cl") == 0;
}

static bool read_number(const char **at, size_t *out)
{
    char *end;

    errno = 0;
    *out = strtoul(*at, &end, 10);
    if (end == *at || errno || **at < '0' || **at > '9')
        return false;
    *at = end;
    return true;
}

/* "8", "8,8" or "8,8,1" */
static bool read_local_size(const char *text, size_t size[3])
{
    for (int i = 0; i < 3; i++)
        size[i] = 1;
    for (int i = 0; i < 3; i++) {
        if (!read_number(&text, &size[i]) || size[i] == 0)
            return false;
        if (!*text)
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

static bool add_local_size(struct vgpu_cc_command_line *line, const char *text)
{
    const size_t count = line->num_local_sizes;
    size_t(*sizes)[3] = realloc(line->local_sizes, (count + 1) * sizeof *sizes);

    if (!sizes)
        return false;
    line->local_sizes = sizes;
    line->num_local_sizes = count + 1;
    return read_local_size(text, sizes[count]);
}

static bool set_sub_group_size(struct vgpu_cc_command_line *line, const char *text)
{
    size_t number;

    if (!read_number(&text, &number) || *text || number > VGPU_MAX_SUB_GROUP_SIZE)
        return false;
    line->sub_group_size = (unsigned)number;
    return vgpu_cc_is_sub_group_size(line->sub_group_size);
}

static bool set_cpu(struct vgpu_cc_command_line *line, const char *text)
{
    line->cpu = text;
    return vgpu_cc_cpu_is_known(text);
}

static bool set_socket(struct vgpu_cc_command_line *line, const char *text)
{
    size_t number;

    if (!read_number(&text, &number) || *text || number > 1 << 20)
        return false;
    line->serve = (int)number;
    return true;
}

static void check(struct argp_state *state, bool ok, const char *option, const char *text)
{
    if (!ok)
        argp_error(state, "%s: '%s' makes no sense here", option, text);
}

static void check_together(struct argp_state *state,
                           const struct vgpu_cc_command_line *line)
{
    if (line->registers &&
        (line->emit != VGPU_CC_EMIT_CODE || line->form == VGPU_CC_SHARED))
        argp_error(state, "--register goes with --emit=object or --emit=llvm");
    if (line->registers && (line->files.count > 1 || line->kernel))
        argp_error(state, "--register takes one file, and all of its kernels");
    if (!line->registers && (line->cpu || line->depfile || line->num_local_sizes > 1))
        argp_error(state, "--cpu, --depfile and several --local-size go with --register");
}

static error_t take(int key, char *text, struct argp_state *state)
{
    struct vgpu_cc_command_line *line = state->input;

    switch (key) {
    case 'o':
        line->output = text;
        return 0;
    case 'x':
        check(state, set_language(line, text), "-x", text);
        return 0;
    case EXTENSION:
        vgpu_cc_argument_add(&line->extensions, "%s", text);
        return 0;
    case EMIT:
        check(state, set_form(line, text), "--emit", text);
        return 0;
    case KERNEL:
        line->kernel = text;
        return 0;
    case LOCAL_SIZE:
        check(state, add_local_size(line, text), "--local-size", text);
        return 0;
    case MODE:
        check(state, set_mode(line, text), "--mode", text);
        return 0;
    case SUB_GROUP_SIZE:
        check(state, set_sub_group_size(line, text), "--sub-group-size", text);
        return 0;
    case REGISTER:
        line->registers = true;
        return 0;
    case CPU:
        check(state, set_cpu(line, text), "--cpu", text);
        return 0;
    case DEPFILE:
        line->depfile = text;
        return 0;
    case UNTRACED:
        line->is_untraced = true;
        return 0;
    case 'v':
        line->is_verbose = true;
        return 0;
    case SERVE:
        check(state, set_socket(line, text), "--serve", text);
        return 0;
    case ARGP_KEY_ARG:
        vgpu_cc_argument_add(&line->files, "%s", text);
        return 0;
    case ARGP_KEY_END:
        if (line->serve < 0 && line->files.count == 0)
            argp_error(state, "there is no file to compile");
        if (line->serve < 0 && !line->output)
            argp_error(state, "-o is missing");
        check_together(state, line);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Build options begin with one dash and have more letters: argp would take them apart.
 * -D, -I and -U may stand apart from what belongs to them. */
static void take_build_options(struct vgpu_cc_command_line *line, int *argc, char *argv[])
{
    int left = 1;

    for (int i = 1; i < *argc; i++) {
        const bool is_apart = (strcmp(argv[i], "-D") == 0 || strcmp(argv[i], "-I") == 0 ||
                               strcmp(argv[i], "-U") == 0) &&
                              i + 1 < *argc;

        if (is_apart) {
            vgpu_cc_argument_add(&line->options, "%s%s", argv[i], argv[i + 1]);
            i++;
        } else if (vgpu_cc_is_option(argv[i])) {
            vgpu_cc_argument_add(&line->options, "%s", argv[i]);
        } else {
            argv[left++] = argv[i];
        }
    }
    argv[left] = NULL;
    *argc = left;
}

void vgpu_cc_command_line_read(struct vgpu_cc_command_line *line, int argc, char *argv[])
{
    static const struct argp argp = {options, take, "FILE...", documentation,
                                     NULL,    NULL, NULL};
    static const char *const extensions[] = {
#define EXTENSION(name) name,
#include "extension.def"
#undef EXTENSION
        NULL};

    *line = (struct vgpu_cc_command_line){.serve = -1, .form = VGPU_CC_SHARED};
    /* Assigned, because a hidden definition would not be the one that argp sees. */
    argp_program_version =
        "vgpu-cc " VGPU_VERSION " (LLVM " LLVM_VERSION_STRING ", " VGPU_CLANG_NAME ")";
    take_build_options(line, &argc, argv);
    argp_parse(&argp, argc, argv, 0, NULL, line);
    if (line->extensions.count == 0)
        vgpu_cc_arguments_add(&line->extensions, extensions);
    if (line->options.failed || line->extensions.failed || line->files.failed) {
        fputs("vgpu-cc: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
}

void vgpu_cc_command_line_fini(struct vgpu_cc_command_line *line)
{
    vgpu_cc_arguments_fini(&line->options);
    vgpu_cc_arguments_fini(&line->extensions);
    vgpu_cc_arguments_fini(&line->files);
    free(line->local_sizes);
}
