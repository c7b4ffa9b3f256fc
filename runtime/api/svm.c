/* SPDX-License-Identifier: MIT */
/* Shared virtual memory: no device has it. [OpenCL 3.0, 5.6] */
#include "object/handle.h"
#include "object/queue.h"

static cl_int refuse_command(cl_command_queue queue)
{
    return VGPU_IS(queue, queue) ? CL_INVALID_OPERATION : CL_INVALID_COMMAND_QUEUE;
}

/* clSVMAlloc - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY void *CL_API_CALL clSVMAlloc(cl_context context, cl_svm_mem_flags flags,
                                          size_t size, cl_uint alignment)
{
    (void)context, (void)flags, (void)size, (void)alignment;
    return NULL;
}

/* clSVMFree - nothing can have been allocated. [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY void CL_API_CALL clSVMFree(cl_context context, void *svm_pointer)
{
    (void)context, (void)svm_pointer;
}

/* clEnqueueSVMFree - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMFree(
    cl_command_queue command_queue, cl_uint num_svm_pointers, void *svm_pointers[],
    void(CL_CALLBACK *pfn_free_func)(cl_command_queue queue, cl_uint num_svm_pointers,
                                     void *svm_pointers[], void *user_data),
    void *user_data, cl_uint num_events_in_wait_list, const cl_event *event_wait_list,
    cl_event *event)
{
    (void)num_svm_pointers, (void)svm_pointers, (void)pfn_free_func, (void)user_data;
    (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clEnqueueSVMMemcpy - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMMemcpy(cl_command_queue command_queue,
                                                   cl_bool blocking_copy, void *dst_ptr,
                                                   const void *src_ptr, size_t size,
                                                   cl_uint num_events_in_wait_list,
                                                   const cl_event *event_wait_list,
                                                   cl_event *event)
{
    (void)blocking_copy, (void)dst_ptr, (void)src_ptr, (void)size;
    (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clEnqueueSVMMemFill - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMMemFill(cl_command_queue command_queue,
                                                    void *svm_ptr, const void *pattern,
                                                    size_t pattern_size, size_t size,
                                                    cl_uint num_events_in_wait_list,
                                                    const cl_event *event_wait_list,
                                                    cl_event *event)
{
    (void)svm_ptr, (void)pattern, (void)pattern_size, (void)size;
    (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clEnqueueSVMMap - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMMap(cl_command_queue command_queue,
                                                cl_bool blocking_map, cl_map_flags flags,
                                                void *svm_ptr, size_t size,
                                                cl_uint num_events_in_wait_list,
                                                const cl_event *event_wait_list,
                                                cl_event *event)
{
    (void)blocking_map, (void)flags, (void)svm_ptr, (void)size;
    (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clEnqueueSVMUnmap - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMUnmap(cl_command_queue command_queue,
                                                  void *svm_ptr,
                                                  cl_uint num_events_in_wait_list,
                                                  const cl_event *event_wait_list,
                                                  cl_event *event)
{
    (void)svm_ptr, (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clEnqueueSVMMigrateMem - [OpenCL 3.0, 5.6.1] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueSVMMigrateMem(
    cl_command_queue command_queue, cl_uint num_svm_pointers, const void **svm_pointers,
    const size_t *sizes, cl_mem_migration_flags flags, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    (void)num_svm_pointers, (void)svm_pointers, (void)sizes, (void)flags;
    (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

/* clSetKernelArgSVMPointer - [OpenCL 3.0, 5.9.2] */
CL_API_ENTRY cl_int CL_API_CALL clSetKernelArgSVMPointer(cl_kernel kernel,
                                                         cl_uint arg_index,
                                                         const void *arg_value)
{
    (void)arg_index, (void)arg_value;
    return VGPU_IS(kernel, kernel) ? CL_INVALID_OPERATION : CL_INVALID_KERNEL;
}

/* clSetKernelExecInfo - all that it can set concerns shared virtual memory.
 * [OpenCL 3.0, 5.9.2] */
CL_API_ENTRY cl_int CL_API_CALL clSetKernelExecInfo(cl_kernel kernel,
                                                    cl_kernel_exec_info param_name,
                                                    size_t param_value_size,
                                                    const void *param_value)
{
    (void)param_name, (void)param_value_size, (void)param_value;
    return VGPU_IS(kernel, kernel) ? CL_INVALID_OPERATION : CL_INVALID_KERNEL;
}
