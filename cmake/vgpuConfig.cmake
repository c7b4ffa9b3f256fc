# find_package(vgpu): the imported targets vgpu::vgpu (registered kernels) and vgpu::OpenCL (the API), and
# vgpu_add_kernels, which compiles kernels into a program. A host program with kernels of its own links both libraries.
# CL/cl.h comes from the system's OpenCL headers.
include(${CMAKE_CURRENT_LIST_DIR}/vgpuTargets.cmake)

# vgpu-cc, which vgpu may come without: beside the libraries, or where VGPU_CC says.
if(NOT TARGET vgpu::vgpu-cc)
    find_program(VGPU_CC vgpu-cc NO_DEFAULT_PATH
                 HINTS ${CMAKE_CURRENT_LIST_DIR}/bin
                       ${CMAKE_CURRENT_LIST_DIR}/../../../bin ${CMAKE_CURRENT_LIST_DIR}/../../../../bin)
    mark_as_advanced(VGPU_CC)
    if(VGPU_CC)
        add_executable(vgpu::vgpu-cc IMPORTED)
        set_target_properties(vgpu::vgpu-cc PROPERTIES IMPORTED_LOCATION ${VGPU_CC})
    endif()
endif()
include(${CMAKE_CURRENT_LIST_DIR}/vgpu_kernels.cmake)
