# Writes a text file as the C string <symbol> into a header: cmake -DIN= -DOUT= -DSYMBOL= -P embed.cmake
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
get_filename_component(name ${IN} NAME)
file(WRITE ${OUT} "/* ${name} as a string. */\nstatic const char ${SYMBOL}[] = {\n    ${bytes}0};\n")
