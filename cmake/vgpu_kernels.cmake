# vgpu_add_kernels(<target> <file.cl|file.c>... [CPU <name>] [LOCAL_SIZES <x[,y[,z]]>...] [OPTIONS <option>...])
#
# Compiles OpenCL C (.cl), and C files that define kernels with <CL/cl_vgpu_kernel.h> (.c), into a program or library.
# The kernels register themselves when it is loaded, and the host program finds them by name, as it finds any
# registered kernel. The target is linked with vgpu::vgpu.
#
# vgpu-cc makes vector code of them, across barriers too. Without it, C files are compiled by the C compiler, and their
# barrier kernels run on fibers; OpenCL C is an error. Sources in other languages go to their own compilers.
#   CPU          the processors that run the code: native (that of the machine that builds; default, or what the
#                variable VGPU_KERNELS_CPU says), x86-64, x86-64-v2, x86-64-v3, x86-64-v4. Where a kernel's code does not
#                suit the processor, it is not registered, and a message says so.
#   LOCAL_SIZES  code for exactly these local sizes, too; without, there is code for any local size, and for the one
#                that reqd_work_group_size says
#   OPTIONS      of vgpu-cc: -D, -I, -g, -w, -Werror; of OpenCL C also -cl-std=CL3.0, -cl-fast-relaxed-math, ...
# Definitions and include folders of the target hold for kernels, too.
cmake_policy(PUSH)
cmake_policy(VERSION 3.22)

function(vgpu_add_kernels target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "CPU" "LOCAL_SIZES;OPTIONS")
    if(NOT TARGET ${target})
        message(FATAL_ERROR "vgpu_add_kernels: there is no target '${target}'; add it before its kernels")
    elseif(NOT arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "vgpu_add_kernels(${target}): which files? They come first: "
                            "vgpu_add_kernels(${target} kernels.cl CPU native)")
    endif()
    foreach(file IN LISTS arg_UNPARSED_ARGUMENTS)
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE OUTPUT_VARIABLE source)
        if(TARGET vgpu::vgpu-cc AND source MATCHES "\\.(cl|c)$")
            vgpu_kernels_object(${target} ${source})
        elseif(source MATCHES "\\.cl$")
            message(FATAL_ERROR "vgpu_add_kernels(${target}): '${file}' is OpenCL C, and there is no vgpu-cc to compile "
                                "it: build vgpu with LLVM (Debian: clang-19 and llvm-19-dev), say where vgpu-cc is with "
                                "-DVGPU_CC=<path>, or write the kernels in C with <CL/cl_vgpu_kernel.h>")
        else()
            target_sources(${target} PRIVATE ${source})
        endif()
    endforeach()
    target_link_libraries(${target} PRIVATE vgpu::vgpu m)
endfunction()

# Flags for each value of a list that generator expressions may leave empty.
macro(vgpu_kernels_flags variable flag list)
    set(${variable} "$<$<BOOL:${list}>:${flag}$<JOIN:${list},$<SEMICOLON>${flag}>>")
endmacro()

# The rest of vgpu_add_kernels, with its arg_ variables, for one file.
function(vgpu_kernels_object target source)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
    string(REPLACE "../" "__/" name ${name})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/kernels/${name}.o)
    cmake_path(GET object PARENT_PATH folder)
    cmake_path(GET source PARENT_PATH source_folder)
    file(MAKE_DIRECTORY ${folder})

    set(cpu native)
    if(arg_CPU)
        set(cpu ${arg_CPU})
    elseif(VGPU_KERNELS_CPU)
        set(cpu ${VGPU_KERNELS_CPU})
    endif()
    set(options ${arg_OPTIONS})
    foreach(size IN LISTS arg_LOCAL_SIZES)
        list(APPEND options --local-size=${size})
    endforeach()
    vgpu_kernels_flags(includes -I "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
    vgpu_kernels_flags(headers -I "$<TARGET_PROPERTY:vgpu::vgpu,INTERFACE_INCLUDE_DIRECTORIES>")
    vgpu_kernels_flags(definitions -D "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
    add_custom_command(OUTPUT ${object}
        COMMAND vgpu::vgpu-cc --emit=object --register --cpu=${cpu} --depfile=${object}.d -o ${object}
                $<$<CONFIG:Debug>:-g> -I${source_folder} "${includes}" "${headers}" "${definitions}" ${options}
                ${source}
        DEPENDS ${source} vgpu::vgpu-cc DEPFILE ${object}.d
        COMMENT "Compiling kernels of ${name}" VERBATIM COMMAND_EXPAND_LISTS)
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    target_sources(${target} PRIVATE ${object})
    vgpu_kernels_language(${target})
    vgpu_kernels_libraries(${target})
endfunction()

# Objects have no language: a target without other sources would not know how to be linked.
function(vgpu_kernels_language target)
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/vgpu_kernels.cpp)
    if("C" IN_LIST languages)
        set(file ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/vgpu_kernels.c)
    endif()
    if(NOT EXISTS ${file})
        file(WRITE ${file} "typedef int vgpu_kernels_are_in_objects;\n")
    endif()
    target_sources(${target} PRIVATE ${file})
endfunction()

# The libraries of vector mathematics that code may call, by the names that they have at run time: they come without
# -dev packages. What is not needed is not linked.
function(vgpu_kernels_libraries target)
    set(flags "-Wl,--push-state,--as-needed")
    foreach(library IN ITEMS libmvec.so.1 libsleef.so.3)
        find_library(VGPU_${library} NAMES ${library})
        mark_as_advanced(VGPU_${library})
        if(VGPU_${library})
            string(APPEND flags ",${VGPU_${library}}")
        endif()
    endforeach()
    target_link_libraries(${target} PRIVATE "${flags},--pop-state")
endfunction()

cmake_policy(POP)
