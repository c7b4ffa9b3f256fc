/* SPDX-License-Identifier: MIT */
/* From a source to parts: registered kernels, or compiled ones. */
#ifndef VGPU_OBJECT_PROGRAM_SOURCE_H
#define VGPU_OBJECT_PROGRAM_SOURCE_H

#include "object/program_job.h"

/* vgpu_build_of_source - what a build or compile of the program's source makes. Which
 * origin wins is VGPU_COMPILER's to say: see program_origin.h. The log's first line says
 * which did. For struct vgpu_build_job. */
int vgpu_build_of_source(struct vgpu_build_job *job, FILE *log);

#endif
