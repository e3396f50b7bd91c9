/* spoken.c: WAV files become part of the program. The assembler finds them as LANGUAGE/FILE.wav in
 * the folder that CMakeLists.txt had them spoken into. */
#include "spoken.h"

#define SYMBOL(language, id) spoken_##language##_##id
#define END_SYMBOL(language, id) spoken_##language##_##id##_end
#define HIDDEN __attribute__((visibility("hidden")))

/* The file between two symbols, which are seen in this program only; in one statement, since the
 * compiler may move several. */
/* clang-format off */
#define LABEL(name) ".globl " name "\n.hidden " name "\n" name ":\n"
#define EMBED(language, id, file)                            \
  __asm__(".pushsection .rodata\n"                           \
          LABEL("spoken_" #language "_" #id)                 \
          ".incbin \"" #language "/" file ".wav\"\n"         \
          LABEL("spoken_" #language "_" #id "_end")          \
          ".popsection\n");                                  \
  HIDDEN extern const uint8_t SYMBOL(language, id)[];        \
  HIDDEN extern const uint8_t END_SYMBOL(language, id)[];
/* clang-format on */

#define WAV(language, id) [PROMPT_##id] = {SYMBOL(language, id), END_SYMBOL(language, id)},

#define EMBED_EN(id, file) EMBED(en, id, file)
#define EMBED_DE(id, file) EMBED(de, id, file)
PROMPT_MAP(EMBED_EN)
PROMPT_MAP(EMBED_DE)

#define WAV_EN(id, file) WAV(en, id)
#define WAV_DE(id, file) WAV(de, id)
const struct spoken spoken_languages[SPOKEN_LANGUAGES] = {
    {"en", {PROMPT_MAP(WAV_EN)}},
    {"de", {PROMPT_MAP(WAV_DE)}},
};
