# Makes a C file of text files: cmake -DOUTPUT=x.c -DNAMES="a;b" -Da="f.html" -Db="1.js;2.js" -P embed.cmake
# gives `vgpu_page_a` and `vgpu_page_b` with their sizes, a NUL after each; several files become one text.
set(code "/* SPDX-License-Identifier: MIT */\n/* Made by embed.cmake. */\n#include \"page_files.h\"\n")
foreach(name IN LISTS NAMES)
    set(bytes "")
    foreach(file IN LISTS ${name})
        file(READ ${file} hex HEX)
        string(APPEND bytes ${hex})
    endforeach()
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
    string(APPEND code "const char vgpu_page_${name}[] = {\n${bytes}0};\n"
                       "const size_t vgpu_page_${name}_size = sizeof vgpu_page_${name} - 1;\n")
endforeach()
file(WRITE ${OUTPUT} "${code}")
