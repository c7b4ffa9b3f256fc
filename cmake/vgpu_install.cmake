# What `cmake --install` leaves: libraries, headers, programs, the CMake package, vgpu.pc and the ICD file.
# The build folder offers the same: lib/, bin/, etc/OpenCL/vendors/vgpu.icd, lib/pkgconfig/vgpu.pc, vgpuConfig.cmake.

include(CMakePackageConfigHelpers)

option(VGPU_INSTALL_LIBOPENCL
       "Install libOpenCL.so.1 too; off where an ICD loader of the system has that name" ON)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vgpu)
set(installed_libraries vgpu)
if(VGPU_INSTALL_LIBOPENCL)
    list(APPEND installed_libraries OpenCL)
endif()

install(TARGETS ${installed_libraries} EXPORT vgpu LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/CL DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")

# The CMake package: vgpu::vgpu, vgpu::OpenCL, and vgpu_add_kernels.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/vgpuConfigVersion.cmake
                                 COMPATIBILITY SameMajorVersion)
foreach(file IN ITEMS vgpuConfig.cmake vgpu_kernels.cmake)
    configure_file(${CMAKE_CURRENT_LIST_DIR}/${file} ${PROJECT_BINARY_DIR}/${file} COPYONLY)
endforeach()
install(EXPORT vgpu NAMESPACE vgpu:: FILE vgpuTargets.cmake DESTINATION ${package_dir})
export(TARGETS vgpu OpenCL NAMESPACE vgpu:: FILE ${PROJECT_BINARY_DIR}/vgpuTargets.cmake)
install(FILES ${PROJECT_BINARY_DIR}/vgpuConfig.cmake ${PROJECT_BINARY_DIR}/vgpuConfigVersion.cmake
              ${PROJECT_BINARY_DIR}/vgpu_kernels.cmake
        DESTINATION ${package_dir})

# vgpu.pc finds its prefix by where it lies, so the installed tree can be moved.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
set(pc_prefix "\${pcfiledir}/${pc_prefix}")
set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/vgpu.pc.in ${PROJECT_BINARY_DIR}/vgpu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/vgpu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(pc_prefix "${PROJECT_BINARY_DIR}")
set(pc_libdir "\${prefix}/lib")
set(pc_includedir "${PROJECT_SOURCE_DIR}/include")
configure_file(${CMAKE_CURRENT_LIST_DIR}/vgpu.pc.in ${PROJECT_BINARY_DIR}/lib/pkgconfig/vgpu.pc
               @ONLY)

# The ICD file holds the library's path. Its prefix may be chosen as late as `cmake --install --prefix`;
# below /usr, loaders look into /etc.
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/etc/OpenCL/vendors/vgpu.icd
     CONTENT "$<TARGET_SONAME_FILE:vgpu>\n")
install(CODE "
    set(icd \"${PROJECT_BINARY_DIR}/installed/vgpu.icd\")
    cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_PREFIX NORMALIZE OUTPUT_VARIABLE prefix)
    cmake_path(APPEND prefix \"${CMAKE_INSTALL_LIBDIR}\" \"$<TARGET_SONAME_FILE_NAME:vgpu>\"
               OUTPUT_VARIABLE library)
    file(WRITE \"\${icd}\" \"\${library}\\n\")
    if(prefix MATCHES \"^/usr/?$\")
        set(prefix \"\")
    endif()
    file(INSTALL \"\${icd}\" DESTINATION \"\${prefix}/etc/OpenCL/vendors\")")
