# Compiler and linker flags of everything below this directory. Not attached to targets, so that none is exported.
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wvla -Wundef -Wcast-qual -Wwrite-strings -Wformat=2 -Wimplicit-fallthrough)
if(RADMFA_WERROR)
  add_compile_options(-Werror)
endif()

if(RADMFA_SANITIZE)
  add_compile_options(-fsanitize=${RADMFA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${RADMFA_SANITIZE})
else()
  # Sanitizers add checks that -Wnull-dereference reads as real paths, and their symbols come from the program.
  add_compile_options(-Wnull-dereference)
  add_link_options(-Wl,--no-undefined)
  set(release $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
  add_compile_options($<${release}:-fstack-protector-strong> $<${release}:-fstack-clash-protection>)
  add_compile_options($<${release}:-U_FORTIFY_SOURCE> $<${release}:-D_FORTIFY_SOURCE=2>)
endif()
if(RADMFA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_link_options(-Wl,-z,relro,-z,now)
