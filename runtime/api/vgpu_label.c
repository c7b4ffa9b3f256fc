/* SPDX-License-Identifier: MIT */
/* cl_vgpu_object_labels: what the program calls its buffers. */
#include "object/name.h"

#include <CL/cl_vgpu.h>

/* clSetMemObjectLabelVGPU - see the header. [cl_vgpu_object_labels] */
CL_API_ENTRY cl_int CL_API_CALL clSetMemObjectLabelVGPU(cl_mem mem, const char *label)
{
    return VGPU_IS(mem, mem) ? vgpu_mem_set_label(mem, label) : CL_INVALID_MEM_OBJECT;
}
