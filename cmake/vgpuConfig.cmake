# find_package(vgpu): the imported targets vgpu::vgpu (registered kernels) and vgpu::OpenCL (the API).
# A host program with kernels of its own links both. CL/cl.h comes from the system's OpenCL headers.
include(${CMAKE_CURRENT_LIST_DIR}/vgpuTargets.cmake)
