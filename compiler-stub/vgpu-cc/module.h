/* SPDX-License-Identifier: MIT */
/* A module of kernels inside vgpu-cc, and what every stage needs of it.
 *
 * Stages, in order; each has its contract in a header of its own:
 *   front_end   clang turns a source into bitcode;
 *   link        bitcode of several sources becomes one module;
 *   prepare     built-ins, __local and program-scope variables become what the next
 *               stages know; calls are inlined; the module of an executable unit;
 *   lockstep, or item: one kernel becomes a function that runs work-groups;
 *   back_end    that becomes machine code.
 *
 * From `prepare` on, a kernel is a function of calling convention 76 (spir_kernel) that
 * calls nothing but LLVM's intrinsics, scalar functions of the C library (math.def), and
 * these pseudo functions. Those that return a value depend on nothing but the work-item
 * (readnone, nounwind, willreturn, speculatable); D is 0, 1 or 2:
 *   i64 vgpu.local_id.D()  i64 vgpu.global_id.D()  i64 vgpu.group_id.D()
 *   i64 vgpu.local_size.D()  i64 vgpu.enqueued_local_size.D()  i64 vgpu.global_size.D()
 *   i64 vgpu.num_groups.D()  i64 vgpu.global_offset.D()  i32 vgpu.work_dim()
 *   ptr vgpu.local_memory()      the group's __local variables; offsets are constants
 *   ptr vgpu.variables()         the program's variables
 *   void vgpu.barrier(i32 flags) convergent, noduplicate
 *   i32 vgpu.sub_group_id()  i32 vgpu.sub_group_local_id()
 *   i32 vgpu.sub_group_whole()   items of one that is whole: a constant once code is made
 *   void vgpu.sub_group_barrier(i32 flags) convergent, noduplicate
 *   T vgpu.sub_group.KIND.T(T, ...) convergent; what the items of a sub-group who come to
 *     it together find out together (collective.h): KIND is broadcast or shuffle (T
 * value, i32 item), reduce.HOW, inclusive.HOW or exclusive.HOW (T value), or i32
 * ballot.i32 (i1 value), a bit for each item; T is i8 to i64, f32 or f64 i32
 * vgpu.printf(ptr format, ...)   arguments as written, promoted, vectors whole All
 * pointers are in address space 0. An atomic on __local memory is marked
 * `syncscope("singlethread")`: one thread runs a whole group. */
#ifndef VGPU_CC_MODULE_H
#define VGPU_CC_MODULE_H

#include "watch.h"

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <stdbool.h>
#include <stdio.h>

#define VGPU_CC_KERNEL_CALL 76u /* spir_kernel */

struct vgpu_cc_module {
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMTargetMachineRef machine;
    LLVMTargetDataRef layout;
    LLVMTypeRef i1, i8, i16, i32, i64, f32, f64, ptr, void_type;
    FILE *log;                /* for the application; errors begin with "error: " */
    enum vgpu_cc_watch watch; /* the kernels of an executable */
    bool is_c; /* part of a program in C: what is declared only is elsewhere in it */
};

#endif
