/* SPDX-License-Identifier: MIT */
/* The kernel compiler, as the runtime sees it: vgpu-cc in a process of its own, behind a
 * cache on disk. Nothing that a source, an option or the compiler does can harm this
 * process. All functions: any thread, several at a time. */
#ifndef VGPU_COMPILER_H
#define VGPU_COMPILER_H

#include "code_abi.h"
#include "unit.h"

/* A log is text for the application: the compiler's diagnostics, one per line, or why
 * there was no compiling at all; the caller frees it. It is NULL where there is nothing
 * to say.
 *
 * The functions return 0, or
 * -EINVAL     the source is wrong, or cannot be linked: the log says where;
 * -ENOEXEC    there is no compiler: the log says which package to install, and that
 *             registered kernels work without;
 * -EIO        the compiler ended by itself, took too long (VGPU_COMPILE_SECONDS) or
 *             answered nonsense: it was ended, the next call starts another;
 * -ENOMEM     (the log may be NULL). */

struct vgpu_compile_request {
    const char *source; /* OpenCL C */
    size_t length;
    /* Each a whole word: "-DNAME=VALUE", "-Ifolder", "-cl-std=CL1.2", "-cl-mad-enable",
     * "-w", "-g", ...: options of clBuildProgram that were checked. They reach no shell,
     * and can be nothing else but what they look like. Relative folders are below the
     * process' current one. */
    const char *const *options;
    size_t num_options;
    /* Of the device: "cl_khr_fp64", "__opencl_c_int64", ... Others are off. */
    const char *const *extensions;
    size_t num_extensions;
    const struct vgpu_header *headers; /* what #include finds before any folder */
    size_t num_headers;
    bool is_executable; /* link the source alone, too */
};

/* vgpu_compiler_compile - an object, or an executable. */
int vgpu_compiler_compile(const struct vgpu_compile_request *request,
                          struct vgpu_unit *unit_out, char **log_out);

/* vgpu_compiler_link - objects and libraries, into a library or an executable. Options
 * are those of clLinkProgram that concern code. */
int vgpu_compiler_link(const struct vgpu_unit *const *units, size_t num_units,
                       const char *const *options, size_t num_options,
                       enum vgpu_unit_kind kind, struct vgpu_unit *unit_out,
                       char **log_out);

/* Kernel code, loaded. */
struct vgpu_code {
    const struct vgpu_code_table *table;
    void *handle;   /* the loader's */
    int descriptor; /* of the copy in memory that it was loaded from; -1: none is open */
    bool is_cached; /* it was made before */
};

/* vgpu_compiler_code - code of one kernel of an executable for one local size (0 0 0: for
 * any), loaded; links is set in it and must outlive it. Where links->traced is set and
 * the kernel has tables it is traced code; else, and where that cannot be made, the mode
 * is what VGPU_KERNEL_MODE asks for, or the fastest within the budget. Sub-groups have
 * `sub_group_size` (8, 16 or 32) items. */
int vgpu_compiler_code(const struct vgpu_unit *unit, const char *kernel,
                       const size_t local_size[3], unsigned sub_group_size,
                       const struct vgpu_code_links *links, struct vgpu_code *code_out,
                       char **log_out);
void vgpu_code_fini(struct vgpu_code *code);

/* vgpu_compiler_why_untraced - why the code that was made of a kernel with tables is not
 * traced: a part of a sentence, which stays. */
const char *vgpu_compiler_why_untraced(const char *kernel);

/* vgpu_code_scratch_bytes - of a group of that size. */
size_t vgpu_code_scratch_bytes(const struct vgpu_code_table *table,
                               const size_t local_size[3]);

#endif
