/* SPDX-License-Identifier: MIT */
/* What vgpu-cc does, whole. */
#include "operation.h"

#include <errno.h>
#include <stdlib.h>

#include "c_source.h"
#include "context.h"
#include "cpu.h"
#include "dependency.h"
#include "kernels.h"
#include "linking.h"
#include "prepare.h"
#include "watched.h"

static const char not_optimised[] = "-cl-opt-disable";

static void mark(struct vgpu_cc_module *module, const char *attribute)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (!LLVMIsDeclaration(f))
            vgpu_cc_string_attribute_set(module, f, attribute, "");
    }
}

/* The unit of a module of that kind, which an executable is prepared for. */
static bool finish(struct vgpu_cc_module *module, enum vgpu_unit_kind kind,
                   struct vgpu_unit *unit)
{
    unit->kind = kind;
    if (kind == VGPU_UNIT_EXECUTABLE) {
        if (!vgpu_cc_prepare(module, unit))
            return false;
    } else if (!vgpu_cc_kernels_read(module, &unit->kernels, &unit->num_kernels)) {
        return false;
    }
    return vgpu_cc_module_write(module, &unit->bitcode, &unit->bitcode_size);
}

static enum vgpu_status status_of(bool ok, struct vgpu_unit *unit,
                                  struct vgpu_unit *unit_out)
{
    if (!ok) {
        vgpu_unit_fini(unit);
        return VGPU_STATUS_REFUSED;
    }
    *unit_out = *unit;
    return VGPU_STATUS_DONE;
}

/* The module that clang made. */
static bool read_source(struct vgpu_cc_module *module,
                        const struct vgpu_cc_source *source,
                        const struct vgpu_cc_front_end_result *front)
{
    if (!vgpu_cc_module_read(module, front->bitcode, front->bitcode_size))
        return false;
    if (vgpu_cc_has_option(source->options, source->num_options, not_optimised))
        mark(module, VGPU_CC_NOT_OPTIMISED);
    if (vgpu_cc_has_lines_only(source))
        mark(module, VGPU_CC_LINES_ONLY);
    module->watch = vgpu_cc_watch_of(source->options, source->num_options);
    return true;
}

/* Of a C file only the kernels become a unit. */
static bool leave_kernels(struct vgpu_cc_module *module)
{
    LLVMModuleRef rest = NULL;

    module->is_c = true;
    if (!vgpu_cc_c_split(module, &rest))
        return false;
    LLVMDisposeModule(rest);
    return true;
}

static enum vgpu_status compile_bitcode(const struct vgpu_cc_source *source,
                                        bool is_executable, FILE *log,
                                        const struct vgpu_cc_front_end_result *front,
                                        struct vgpu_unit *unit_out)
{
    struct vgpu_unit unit = {0};
    struct vgpu_cc_module module;
    bool ok;

    if (!vgpu_cc_module_init(&module, log))
        return VGPU_STATUS_FAILED;
    ok = read_source(&module, source, front) &&
         (source->language != VGPU_CC_C || leave_kernels(&module)) &&
         finish(&module, is_executable ? VGPU_UNIT_EXECUTABLE : VGPU_UNIT_OBJECT, &unit);
    vgpu_cc_module_fini(&module);
    return status_of(ok, &unit, unit_out);
}

static enum vgpu_status run_front_end(const struct vgpu_cc_source *source, FILE *log,
                                      struct vgpu_cc_front_end_result *front_out)
{
    const int err = vgpu_cc_front_end(source, log, front_out);

    return err == 0         ? VGPU_STATUS_DONE
           : err == -ENOENT ? VGPU_STATUS_NO_TOOLS
           : err == -EINVAL ? VGPU_STATUS_REFUSED
                            : VGPU_STATUS_FAILED;
}

static void take_files(struct vgpu_cc_front_end_result *front,
                       struct vgpu_cc_file **files_out, size_t *num_files_out)
{
    *files_out = front->files;
    *num_files_out = front->num_files;
    front->files = NULL;
    front->num_files = 0;
}

enum vgpu_status vgpu_cc_compile(const struct vgpu_cc_source *source, bool is_executable,
                                 FILE *log, struct vgpu_unit *unit_out,
                                 struct vgpu_cc_file **files_out, size_t *num_files_out)
{
    struct vgpu_cc_front_end_result front;
    enum vgpu_status status = run_front_end(source, log, &front);

    if (status != VGPU_STATUS_DONE)
        return status;
    status = compile_bitcode(source, is_executable, log, &front, unit_out);
    if (status == VGPU_STATUS_DONE)
        take_files(&front, files_out, num_files_out);
    vgpu_cc_front_end_result_fini(&front);
    return status;
}

static enum vgpu_status build_bitcode(const struct vgpu_cc_source *source,
                                      const struct vgpu_cc_build *build, FILE *log,
                                      const struct vgpu_cc_front_end_result *front,
                                      const void *unit, size_t unit_size,
                                      void **bytes_out, size_t *size_out)
{
    struct vgpu_cc_module module;
    bool ok;

    if (!vgpu_cc_module_init(&module, log))
        return VGPU_STATUS_FAILED;
    ok = read_source(&module, source, front) &&
         vgpu_cc_built(&module, source, build, unit, unit_size, bytes_out, size_out);
    vgpu_cc_module_fini(&module);
    return ok ? VGPU_STATUS_DONE : VGPU_STATUS_REFUSED;
}

enum vgpu_status vgpu_cc_build(const struct vgpu_cc_source *source,
                               const struct vgpu_cc_build *build, FILE *log,
                               void **bytes_out, size_t *size_out,
                               struct vgpu_cc_file **files_out, size_t *num_files_out)
{
    struct vgpu_cc_watched watched;
    struct vgpu_cc_front_end_result front = {0};
    enum vgpu_status status;
    void *unit = NULL;
    size_t size = 0;

    if (!build->is_untraced)
        vgpu_cc_watched_start(source, build->is_told, &watched);
    status = run_front_end(source, log, &front);
    if (!build->is_untraced)
        vgpu_cc_watched_finish(&watched, &unit, &size);
    if (status == VGPU_STATUS_DONE)
        status =
            build_bitcode(source, build, log, &front, unit, size, bytes_out, size_out);
    free(unit);
    if (status == VGPU_STATUS_DONE)
        take_files(&front, files_out, num_files_out);
    vgpu_cc_front_end_result_fini(&front);
    return status;
}

static bool link_all(struct vgpu_cc_module *module, const struct vgpu_unit *units,
                     size_t num_units)
{
    if (num_units == 0)
        return vgpu_cc_error(module, "there is nothing to link");
    for (size_t i = 0; i < num_units; i++) {
        if (units[i].kind == VGPU_UNIT_EXECUTABLE)
            return vgpu_cc_error(module, "an executable cannot be linked again");
        if (!vgpu_cc_link(module, units[i].bitcode, units[i].bitcode_size))
            return false;
    }
    return true;
}

enum vgpu_status vgpu_cc_link_units(const struct vgpu_unit *units, size_t num_units,
                                    const char *const *options, size_t num_options,
                                    enum vgpu_unit_kind kind, FILE *log,
                                    struct vgpu_unit *unit_out)
{
    struct vgpu_unit unit = {0};
    struct vgpu_cc_module module;
    bool ok;

    if (!vgpu_cc_module_init(&module, log))
        return VGPU_STATUS_FAILED;
    ok = link_all(&module, units, num_units);
    if (ok && vgpu_cc_has_option(options, num_options, not_optimised))
        mark(&module, VGPU_CC_NOT_OPTIMISED);
    module.watch = vgpu_cc_watch_of(options, num_options);
    ok = ok && finish(&module, kind, &unit);
    vgpu_cc_module_fini(&module);
    return status_of(ok, &unit, unit_out);
}

enum vgpu_status vgpu_cc_unit_code(const struct vgpu_unit *unit,
                                   const struct vgpu_cc_code_request *request, FILE *log,
                                   void **bytes_out, size_t *size_out)
{
    struct vgpu_cc_module module;
    bool ok;

    if (!vgpu_cc_module_init(&module, log))
        return VGPU_STATUS_FAILED;
    if (unit->kind != VGPU_UNIT_EXECUTABLE)
        ok = vgpu_cc_error(&module, "code is made of executables only");
    else
        ok = (!request->cpu || vgpu_cc_cpu_set(&module, request->cpu)) &&
             vgpu_cc_module_read(&module, unit->bitcode, unit->bitcode_size) &&
             vgpu_cc_code(&module, request, bytes_out, size_out);
    vgpu_cc_module_fini(&module);
    return ok ? VGPU_STATUS_DONE : VGPU_STATUS_REFUSED;
}
