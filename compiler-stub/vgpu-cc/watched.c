/* SPDX-License-Identifier: MIT */
/* What observers need of kernels that a program is built with. */
#define _GNU_SOURCE
#include "watched.h"

#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builtin/vector_math.h"
#include "c_source.h"
#include "child.h"
#include "context.h"
#include "operation.h"
#include "place.h"
#include "unit_texts.h"

#define SECONDS_MOST 300u /* no build waits longer for what it can do without */

/* Depth of constants that are looked into; deeper ones are taken for strangers. */
#define DEPTH_MOST 16

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* NULL where code that is loaded by itself can reach it, else what it is called. */
static const char *stranger_symbol(LLVMValueRef symbol)
{
    size_t length;
    const char *const name = LLVMGetValueName2(symbol, &length);

    if (strcmp(name, "vgpu.variables") == 0)
        return "variables of program scope";
    if (!LLVMIsDeclaration(symbol))
        return NULL;
    if (starts_with(name, VGPU_CC_SHARED_PREFIX))
        return name + strlen(VGPU_CC_SHARED_PREFIX);
    return LLVMIsAFunction(symbol) &&
                   (starts_with(name, "llvm.") || starts_with(name, "vgpu.") ||
                    vgpu_cc_is_math(name))
               ? NULL
               : name;
}

/* A function or variable of the program that the value needs; NULL: there is none. */
static const char *stranger_in(LLVMValueRef value, int depth)
{
    const char *found = NULL;

    if (LLVMIsAFunction(value) || LLVMIsAGlobalVariable(value))
        return stranger_symbol(value);
    if (!LLVMIsAConstantExpr(value) && !LLVMIsAInstruction(value))
        return NULL;
    if (depth == 0)
        return "what an expression holds deep inside";
    for (unsigned i = 0; !found && i < (unsigned)LLVMGetNumOperands(value); i++) {
        LLVMValueRef operand = LLVMGetOperand(value, i);

        if (!LLVMIsAInstruction(operand) && !LLVMValueIsBasicBlock(operand))
            found = stranger_in(operand, depth - 1);
    }
    return found;
}

static const char *stranger_of(LLVMValueRef kernel)
{
    VGPU_CC_EACH_BLOCK (b, kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            const char *const found = stranger_in(i, DEPTH_MOST);

            if (found)
                return found;
        }
    }
    return NULL;
}

/* Why the kernel is not traced; NULL: it is. */
static const char *find_obstacle(struct vgpu_cc_module *module,
                                 const struct vgpu_unit_kernel *kernel,
                                 const char **stranger_out)
{
    LLVMValueRef function = vgpu_cc_kernel_find(module, kernel->declaration.name);

    *stranger_out = "";
    if (!kernel->traced || !function)
        return "it calls functions that are too large to be inlined";
    *stranger_out = stranger_of(function);
    return *stranger_out ? "it needs what is elsewhere in the program: " : NULL;
}

/* Keeps the tables of kernels whose code can do without the program. How many do. */
static size_t choose(struct vgpu_unit *unit, struct vgpu_cc_module *module)
{
    size_t count = 0;

    for (size_t i = 0; i < unit->num_kernels; i++) {
        struct vgpu_unit_kernel *const kernel = &unit->kernels[i];
        const char *stranger;
        const char *const obstacle = find_obstacle(module, kernel, &stranger);

        count += !obstacle;
        if (!obstacle)
            continue;
        fprintf(module->log, "note: kernel '%s' will not be traced: %s%s\n",
                kernel->declaration.name, obstacle, stranger);
        vgpu_traced_table_free(kernel->traced);
        kernel->traced = NULL;
    }
    return count;
}

/* Headers of ours and of clang's are the same everywhere, and nobody's concern. */
static void drop_known_texts(struct vgpu_unit *unit)
{
    for (size_t k = 0; k < unit->num_kernels; k++) {
        const struct vgpu_traced_table *const table = unit->kernels[k].traced;

        for (uint32_t i = 0; table && i < table->num_files; i++)
            if (strstr(table->files[i], "CL/cl_vgpu_") ||
                strstr(table->files[i], "/lib/clang/"))
                table->texts[i][0] = '\0';
    }
}

/* Of a source that came with a #line, clang tells the text under no name that its lines
 * have. */
static bool add_own_text(struct vgpu_unit *unit, const struct vgpu_cc_source *source)
{
    for (size_t k = 0; k < unit->num_kernels; k++) {
        const struct vgpu_traced_table *const table = unit->kernels[k].traced;

        for (uint32_t i = 0; table && i < table->num_files; i++) {
            if (*table->texts[i] || strcmp(table->files[i], source->name) != 0)
                continue;
            free(table->texts[i]);
            table->texts[i] = strndup(source->text, source->length);
            if (!table->texts[i])
                return false;
        }
    }
    return true;
}

/* What names and lines are for is in the tables by now. */
static bool write_without_names(struct vgpu_unit *unit, struct vgpu_cc_module *module)
{
    void *bitcode;
    size_t size;

    LLVMStripModuleDebugInfo(module->module);
    if (!vgpu_cc_module_write(module, &bitcode, &size))
        return false;
    free(unit->bitcode);
    unit->bitcode = bitcode;
    unit->bitcode_size = size;
    return true;
}

/* False: there is no kernel that can be traced. */
static bool reduce(struct vgpu_unit *unit, FILE *log)
{
    struct vgpu_cc_module module;
    bool ok;

    if (!vgpu_cc_module_init(&module, log))
        return false;
    LLVMContextSetDiscardValueNames(module.context, true);
    ok = vgpu_cc_module_read(&module, unit->bitcode, unit->bitcode_size) &&
         choose(unit, &module) > 0 && write_without_names(unit, &module);
    vgpu_cc_module_fini(&module);
    return ok;
}

static bool pack(struct vgpu_unit *unit, int file)
{
    void *bytes;
    size_t size;
    bool ok;

    drop_known_texts(unit);
    vgpu_unit_texts_share(unit);
    if (vgpu_unit_pack(unit, &bytes, &size) != 0)
        return false;
    ok = write(file, bytes, size) == (ssize_t)size;
    free(bytes);
    return ok;
}

/* Of the other process. It is not for debuggers, so -g is none of its options, and what
 * clang warns of is said once, by this process' parent. */
static bool make(const struct vgpu_cc_source *source, int file)
{
    struct vgpu_cc_source watched = *source;
    const char **const options = calloc(source->num_options + 2, sizeof *options);
    struct vgpu_cc_file *files;
    struct vgpu_unit unit;
    size_t count = 0;

    if (!options)
        return false;
    for (size_t i = 0; i < source->num_options; i++)
        if (strcmp(source->options[i], "-g") != 0)
            options[count++] = source->options[i];
    options[count++] = "-w";
    options[count++] = "-vgpu-checked";
    watched.options = options;
    watched.num_options = count;
    return vgpu_cc_compile(&watched, true, stderr, &unit, &files, &count) ==
               VGPU_STATUS_DONE &&
           reduce(&unit, stderr) && add_own_text(&unit, &watched) && pack(&unit, file);
}

static _Noreturn void work(const struct vgpu_cc_source *source, bool is_told, int file)
{
    const int nowhere = is_told ? -1 : open("/dev/null", O_WRONLY);

    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    alarm(SECONDS_MOST);
    _exit(make(source, file) ? EXIT_SUCCESS : EXIT_FAILURE);
}

void vgpu_cc_watched_start(const struct vgpu_cc_source *source, bool is_told,
                           struct vgpu_cc_watched *watched_out)
{
    struct vgpu_cc_watched watched = {.is_told = is_told, .file = -1};

    if (VGPU_CC_FRONT_END_TRACES_C)
        watched.file = vgpu_cc_memory_file("", 0);
    if (watched.file >= 0) {
        fflush(NULL);
        watched.process = fork();
        if (watched.process == 0)
            work(source, is_told, watched.file);
    }
    *watched_out = watched;
}

static bool has_succeeded(pid_t process)
{
    int status;

    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

bool vgpu_cc_watched_finish(struct vgpu_cc_watched *watched, void **unit_out,
                            size_t *size_out)
{
    char *bytes = NULL;
    bool ok = watched->process > 0 && has_succeeded(watched->process) &&
              vgpu_cc_memory_file_read(watched->file, &bytes, size_out) == 0;

    if (ok)
        *unit_out = bytes;
    else if (watched->is_told)
        fputs("note: there is no traced build of these kernels\n", stderr);
    if (watched->file >= 0)
        close(watched->file);
    *watched = (struct vgpu_cc_watched){.file = -1};
    return ok;
}
