/* SPDX-License-Identifier: MIT */
/* The kernel compiler as the runtime sees it: each call is a question to vgpu-cc. */
#define _GNU_SOURCE
#include "compiler.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "break_point.h"
#include "code.h"
#include "cpu_level.h"
#include "environment.h"
#include "message.h"
#include "question.h"

#define SOURCE_NAME "program.cl"

/* Compiling */

static bool has_option(const struct vgpu_compile_request *request, const char *option)
{
    for (size_t i = 0; i < request->num_options; i++) {
        if (strcmp(request->options[i], option) == 0)
            return true;
    }
    return false;
}

/* What is included may be found below the current folder: by a relative -I, or beside the
 * source. Anything that looks like an #include counts. */
static bool may_include_files(const struct vgpu_compile_request *request)
{
    static const char word[] = "include";

    if (request->length && memmem(request->source, request->length, word, strlen(word)))
        return true;
    for (size_t i = 0; i < request->num_headers; i++) {
        const struct vgpu_header *header = &request->headers[i];
        if (header->length && memmem(header->text, header->length, word, strlen(word)))
            return true;
    }
    for (size_t i = 0; i < request->num_options; i++) {
        const char *option = request->options[i];
        if (strncmp(option, "-I", 2) == 0 && option[2] != '/')
            return true;
    }
    return false;
}

static void write_headers(struct vgpu_writer *body,
                          const struct vgpu_compile_request *request)
{
    vgpu_write_u64(body, request->num_headers);
    for (size_t i = 0; i < request->num_headers; i++) {
        vgpu_write_string(body, request->headers[i].name);
        vgpu_write_block(body, request->headers[i].text, request->headers[i].length);
    }
}

/* With VGPU_BREAK everything is compiled for a debugger: who knows in which program the
 * kernel is? */
static const char *const options_to_debug[] = {"-g", "-cl-opt-disable"};
#define NUM_TO_DEBUG (sizeof options_to_debug / sizeof *options_to_debug)

static void write_options(struct vgpu_writer *body,
                          const struct vgpu_compile_request *request)
{
    const size_t more = vgpu_break_is_on() ? NUM_TO_DEBUG : 0;

    vgpu_write_u64(body, request->num_options + more);
    for (size_t i = 0; i < request->num_options; i++)
        vgpu_write_string(body, request->options[i]);
    for (size_t i = 0; i < more; i++)
        vgpu_write_string(body, options_to_debug[i]);
}

static struct vgpu_question compile_question(const struct vgpu_compile_request *request,
                                             const struct vgpu_cache *cache)
{
    struct vgpu_question question = {.operation = VGPU_OPERATION_COMPILE,
                                     .kind = VGPU_CACHE_UNIT,
                                     .depends_on_folder = may_include_files(request)};
    char *name = NULL;
    const bool is_kept =
        (has_option(request, "-g") || vgpu_break_is_on()) &&
        vgpu_cache_keep_source(cache, vgpu_hash_of(request->source, request->length),
                               request->source, request->length, &name);

    vgpu_write_u32(&question.body, VGPU_LANGUAGE_OPENCL_C);
    vgpu_write_string(&question.body, is_kept ? name : SOURCE_NAME);
    vgpu_write_block(&question.body, request->source, request->length);
    write_options(&question.body, request);
    vgpu_write_strings(&question.body, request->extensions, request->num_extensions);
    write_headers(&question.body, request);
    vgpu_write_u32(&question.body, request->is_executable);
    vgpu_write_string(&question.body, is_kept ? cache->path : "");
    free(name);
    return question;
}

static int refuse(struct vgpu_made *made, const char *what, const char *why,
                  char **log_out)
{
    vgpu_made_fini(made);
    if (asprintf(log_out, "The kernel compiler made %s: %s.\n", what, why) < 0)
        *log_out = NULL;
    return -EIO;
}

/* The unit that answers the question. One of the cache that cannot be read is made anew:
 * it is of another version. */
static int ask_for_unit(const struct vgpu_question *question,
                        const struct vgpu_cache *cache, enum vgpu_unit_kind kind,
                        struct vgpu_unit *unit_out, char **log_out)
{
    for (bool anew = false;; anew = true) {
        struct vgpu_unit unit;
        struct vgpu_made made;
        int error = vgpu_question_ask(question, cache, anew, &made, log_out);
        if (error != 0)
            return error;
        error = vgpu_unit_unpack(made.result, made.size, &unit);
        if (error == 0 && unit.kind != kind) {
            vgpu_unit_fini(&unit);
            error = -EINVAL;
        }
        if (error == 0) {
            *unit_out = unit;
            unit_out->is_cached = made.is_cached;
            *log_out = made.log;
            made.log = NULL;
        }
        if (error == -EINVAL && !made.is_cached)
            return refuse(&made, "no program", "it is damaged or of another kind",
                          log_out);
        vgpu_made_fini(&made);
        if (error != -EINVAL)
            return error;
    }
}

int vgpu_compiler_compile(const struct vgpu_compile_request *request,
                          struct vgpu_unit *unit_out, char **log_out)
{
    struct vgpu_question question;
    struct vgpu_cache cache;
    int error;

    vgpu_cache_open(&cache);
    question = compile_question(request, &cache);
    error = ask_for_unit(&question, &cache,
                         request->is_executable ? VGPU_UNIT_EXECUTABLE : VGPU_UNIT_OBJECT,
                         unit_out, log_out);
    vgpu_question_fini(&question);
    vgpu_cache_close(&cache);
    return error;
}

/* Linking */

static void write_unit(struct vgpu_writer *body, const struct vgpu_unit *unit)
{
    void *bytes;
    size_t size;

    if (vgpu_unit_pack(unit, &bytes, &size) != 0) {
        body->failed = true;
        return;
    }
    vgpu_write_block(body, bytes, size);
    free(bytes);
}

int vgpu_compiler_link(const struct vgpu_unit *const *units, size_t num_units,
                       const char *const *options, size_t num_options,
                       enum vgpu_unit_kind kind, struct vgpu_unit *unit_out,
                       char **log_out)
{
    struct vgpu_question question = {.operation = VGPU_OPERATION_LINK,
                                     .kind = VGPU_CACHE_UNIT};
    struct vgpu_cache cache;
    int error;

    vgpu_cache_open(&cache);
    vgpu_write_u64(&question.body, num_units);
    for (size_t i = 0; i < num_units; i++)
        write_unit(&question.body, units[i]);
    vgpu_write_strings(&question.body, options, num_options);
    vgpu_write_u32(&question.body, kind);
    error = ask_for_unit(&question, &cache, kind, unit_out, log_out);
    vgpu_question_fini(&question);
    vgpu_cache_close(&cache);
    return error;
}

/* Code */

static uint32_t wanted_mode(const char *kernel)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    static const char *const names[] = {[0] = "auto",
                                        [VGPU_CODE_LOCKSTEP] = "lockstep",
                                        [VGPU_CODE_PLAIN] = "plain",
                                        [VGPU_CODE_FIBER] = "fiber"};
    const char *text = vgpu_environment(VGPU_ENV_KERNEL_MODE);

    if (vgpu_break_names(kernel)) /* a debugger stops in items, not in rows */
        return VGPU_CODE_FIBER;

    for (uint32_t i = 0; text && i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0)
            return i;
    }
    if (text && !atomic_flag_test_and_set(&said))
        vgpu_message("VGPU_KERNEL_MODE: '%.100s' is none of auto, lockstep, plain and "
                     "fiber; auto is taken",
                     text);
    return 0;
}

const char *vgpu_compiler_why_untraced(const char *kernel)
{
    return vgpu_break_names(kernel)
               ? "VGPU_BREAK stops in it, for which it runs item by item"
           : wanted_mode(kernel) != 0 ? "VGPU_KERNEL_MODE asks for other code of it"
                                      : "no traced code could be made of it";
}

/* NULL: the unit has none of that name, which vgpu-cc will say. */
static const struct vgpu_unit_kernel *find_kernel(const struct vgpu_unit *unit,
                                                  const char *name)
{
    for (size_t i = 0; i < unit->num_kernels; i++)
        if (strcmp(unit->kernels[i].declaration.name, name) == 0)
            return &unit->kernels[i];
    return NULL;
}

static struct vgpu_question code_question(const struct vgpu_unit *unit,
                                          const char *kernel, const size_t local_size[3],
                                          unsigned sub_group_size,
                                          const struct vgpu_code_links *links)
{
    struct vgpu_question question = {.operation = VGPU_OPERATION_CODE,
                                     .kind = VGPU_CACHE_CODE};
    const struct vgpu_unit_kernel *const facts = find_kernel(unit, kernel);
    uint32_t mode = wanted_mode(kernel);
    bool sees_sub_groups = facts && facts->sees_sub_groups;

    write_unit(&question.body, unit);
    vgpu_write_string(&question.body, kernel);
    for (int i = 0; i < 3; i++)
        vgpu_write_u64(&question.body, local_size[i]);
    /* A kernel that was built to be watched, where somebody does. */
    if (mode == 0 && links->traced && facts && facts->traced) {
        mode = VGPU_CODE_TRACED;
        sees_sub_groups = true;
    }
    vgpu_write_u32(&question.body, mode);
    vgpu_write_u32(&question.body, vgpu_cpu_level());
    vgpu_write_u32(&question.body, sees_sub_groups ? sub_group_size : 0);
    return question;
}

static int ask_for_code(const struct vgpu_question *question,
                        const struct vgpu_cache *cache, const size_t local_size[3],
                        const struct vgpu_code_links *links, struct vgpu_code *code_out,
                        char **log_out)
{
    for (bool anew = false;; anew = true) {
        struct vgpu_made made;
        char *why = NULL;
        int error = vgpu_question_ask(question, cache, anew, &made, log_out);
        if (error != 0)
            return error;
        error = vgpu_code_load(made.path, made.result, made.size, local_size, links,
                               code_out, &why);
        if (error == 0) {
            code_out->is_cached = made.is_cached;
            *log_out = made.log;
            made.log = NULL;
        } else {
            vgpu_cache_drop(cache, VGPU_CACHE_CODE, made.key);
        }
        if (error == -EINVAL && !made.is_cached)
            error = refuse(&made, "code that cannot be loaded", why ? why : "no memory",
                           log_out);
        free(why);
        vgpu_made_fini(&made);
        if (error != -EINVAL)
            return error;
    }
}

int vgpu_compiler_code(const struct vgpu_unit *unit, const char *kernel,
                       const size_t local_size[3], unsigned sub_group_size,
                       const struct vgpu_code_links *links, struct vgpu_code *code_out,
                       char **log_out)
{
    struct vgpu_question question =
        code_question(unit, kernel, local_size, sub_group_size, links);
    struct vgpu_cache cache;
    int error;

    vgpu_cache_open(&cache);
    error = ask_for_code(&question, &cache, local_size, links, code_out, log_out);
    vgpu_question_fini(&question);
    vgpu_cache_close(&cache);
    return error;
}
