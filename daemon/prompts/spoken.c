/* spoken.c: sounds become part of the program. The assembler finds them as LANGUAGE/FILE.pcmu and
 * .pcma in the folder that CMakeLists.txt had them spoken into. */
#include "spoken.h"

#define SYMBOL(language, id, what) spoken_##language##_##id##_##what
#define HIDDEN __attribute__((visibility("hidden")))

/* Symbols are seen in this program only. All is one statement, since the compiler may move
 * several. */
/* clang-format off */
#define LABEL(name) ".globl " name "\n.hidden " name "\n" name ":\n"
#define EMBED(language, id, file)                                 \
  __asm__(".pushsection .rodata\n"                                \
          LABEL("spoken_" #language "_" #id "_pcmu")              \
          ".incbin \"" #language "/" file ".pcmu\"\n"             \
          LABEL("spoken_" #language "_" #id "_pcmu_end")          \
          LABEL("spoken_" #language "_" #id "_pcma")              \
          ".incbin \"" #language "/" file ".pcma\"\n"             \
          ".popsection\n");                                       \
  HIDDEN extern const uint8_t SYMBOL(language, id, pcmu)[];       \
  HIDDEN extern const uint8_t SYMBOL(language, id, pcmu_end)[];   \
  HIDDEN extern const uint8_t SYMBOL(language, id, pcma)[];
#define SOUND(language, id)                                       \
  [PROMPT_##id] = {SYMBOL(language, id, pcmu),                    \
                   SYMBOL(language, id, pcmu_end),                \
                   SYMBOL(language, id, pcma)},
/* clang-format on */

#define EMBED_EN(id, file) EMBED(en, id, file)
#define EMBED_DE(id, file) EMBED(de, id, file)
PROMPT_MAP(EMBED_EN)
PROMPT_MAP(EMBED_DE)

#define SOUND_EN(id, file) SOUND(en, id)
#define SOUND_DE(id, file) SOUND(de, id)
const struct spoken spoken_languages[SPOKEN_LANGUAGES] = {
    {"en", {PROMPT_MAP(SOUND_EN)}},
    {"de", {PROMPT_MAP(SOUND_DE)}},
};
