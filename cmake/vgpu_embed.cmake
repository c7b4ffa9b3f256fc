# Makes a C file of text files: cmake -DOUTPUT=x.c -DHEADER=x.h -DPREFIX=p_ -DNAMES="a;b" -Da="f.html" -Db="1.js;2.js" -P vgpu_embed.cmake
# gives `p_a` and `p_b`, which x.h declares, with their sizes, a NUL after each; several files become one text.
set(code "/* SPDX-License-Identifier: MIT */\n/* Made by vgpu_embed.cmake. */\n#include \"${HEADER}\"\n")
foreach(name IN LISTS NAMES)
    set(bytes "")
    foreach(file IN LISTS ${name})
        file(READ ${file} hex HEX)
        string(APPEND bytes ${hex})
    endforeach()
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
    string(APPEND code "const char ${PREFIX}${name}[] = {\n${bytes}0};\n"
                       "const size_t ${PREFIX}${name}_size = sizeof ${PREFIX}${name} - 1;\n")
endforeach()
file(WRITE ${OUTPUT} "${code}")
