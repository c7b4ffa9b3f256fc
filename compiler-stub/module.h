/* SPDX-License-Identifier: MIT */
/* Libraries of kernels that VGPU_KERNELS names. */
#ifndef VGPU_MODULE_H
#define VGPU_MODULE_H

/* vgpu_modules_load - loads every library of `list` ("a.so:b.so"; empty entries are
 * skipped) and reports each that does not load or registers no kernel. Call it with no
 * lock held that a library's constructor could want. */
void vgpu_modules_load(const char *list);

#endif
