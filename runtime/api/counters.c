/* SPDX-License-Identifier: MIT */
/* cl_vgpu_device_counters: what a device has done so far. */
#include "clock.h"
#include "object/device.h"
#include "object/info.h"
#include "observe/counters.h" /* of the room device/ */

#include <CL/cl_vgpu.h>

static cl_int answer_device(const struct vgpu_device_counters *counters, uint64_t now,
                            const struct vgpu_answer *answer)
{
    cl_device_counters_vgpu values;

    vgpu_segment_read_device(counters->segment, counters->index, now, &values);
    return vgpu_answer_bytes(answer, &values, sizeof values);
}

static cl_int answer_units(const struct vgpu_device_counters *counters, uint32_t count,
                           uint64_t now, const struct vgpu_answer *answer)
{
    cl_compute_unit_counters_vgpu values[VGPU_MAX_COMPUTE_UNITS];

    for (uint32_t i = 0; i < count; i++)
        vgpu_segment_read_unit(counters->segment, counters->index, i, now, &values[i]);
    return vgpu_answer_bytes(answer, values, count * sizeof *values);
}

/* Kernels that were launched on the device. */
static cl_int answer_kernels(const struct vgpu_device_counters *counters, uint64_t now,
                             const struct vgpu_answer *answer)
{
    cl_kernel_counters_vgpu values[VGPU_COUNTER_KERNELS];
    const uint32_t num_rows = vgpu_segment_kernels(counters->segment);
    uint32_t count = 0;

    for (uint32_t row = VGPU_ROW_OTHERS; row < num_rows; row++) {
        vgpu_segment_read_kernel(counters->segment, counters->index, row, now,
                                 &values[count]);
        count += values[count].launches > 0;
    }
    return vgpu_answer_bytes(answer, values, count * sizeof *values);
}

/* clGetDeviceCountersVGPU - see the header. [cl_vgpu_device_counters] */
CL_API_ENTRY cl_int CL_API_CALL clGetDeviceCountersVGPU(
    cl_device_id device, cl_device_counters_info_vgpu param_name, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};
    const struct vgpu_device *real;

    if (!VGPU_IS(device, device))
        return CL_INVALID_DEVICE;
    real = device->device;
    switch (param_name) {
    case CL_COUNTERS_DEVICE_VGPU:
        return answer_device(real->counters, vgpu_now_ns(), &answer);
    case CL_COUNTERS_COMPUTE_UNITS_VGPU:
        return answer_units(real->counters, real->spec.compute_units, vgpu_now_ns(),
                            &answer);
    case CL_COUNTERS_KERNELS_VGPU:
        return answer_kernels(real->counters, vgpu_now_ns(), &answer);
    default:
        return CL_INVALID_VALUE;
    }
}
