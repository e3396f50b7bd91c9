/* spoken.h: the standard prompts, spoken when radmfad was built and part of the program. */
#ifndef RADMFAD_PROMPTS_SPOKEN_H
#define RADMFAD_PROMPTS_SPOKEN_H

#include "../factor/prompts.h"

struct spoken {
  const char *language;
  struct spoken_sound {
    const uint8_t *pcmu, *pcmu_end, *pcma;
  } sounds[PROMPT_COUNT];
};

#define SPOKEN_LANGUAGES 2u
extern const struct spoken spoken_languages[SPOKEN_LANGUAGES]; /* English is the first */

#endif
