/* SPDX-License-Identifier: MIT */
/* The mark of the few functions of this room that kernels call from outside the library.
 */
#ifndef VGPU_EXPORT_H
#define VGPU_EXPORT_H

#define VGPU_EXPORT __attribute__((visibility("default")))

#endif
