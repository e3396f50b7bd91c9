/* prompts.h: what is said in calls. The standard ones are compiled in, for each language; a
 * folder of WAV files replaces those that it has. */
#ifndef RADMFAD_FACTOR_PROMPTS_H
#define RADMFAD_FACTOR_PROMPTS_H

#include "../diag.h"
#include "media.h"

#define PROMPT_LANGUAGE_SIZE 16u /* "en", "de", "pt-br": lower case */

/* X(id, file): the file is FOLDER/LANGUAGE/file.wav */
#define PROMPT_MAP(X)                                                                              \
  X(GREETING, "greeting")         /* "Thank you for using ... press the pound key to finish" */    \
  X(GREETING_PIN, "greeting_pin") /* "... enter your PIN, then the pound key" */                   \
  X(GREETING_CHALLENGE, "greeting_challenge") /* "... press" and then DIGIT_n, THEN_POUND */       \
  X(THEN_POUND, "then_pound") /* "and then the pound key to finish your sign-in" */                \
  X(RETRY, "retry")           /* "That was not right" or nothing was heard: before the greeting */ \
  X(THANKS, "thanks")         /* "Your sign-in is confirmed. Goodbye." */                          \
  X(DENIED, "denied")         /* "Your sign-in was not confirmed. Goodbye." */                     \
  X(FRAUD, "fraud")           /* "It was reported, your account is blocked." */                    \
  X(VERIFY, "verify") /* for enrolment: "... to confirm this number press the pound key" */        \
  X(VERIFIED, "verified")                                                                          \
  X(MANAGE, "manage")   /* before the greeting: "This is about the page where you set up..." */    \
  X(CHANGED, "changed") /* "Your number was changed ... if not by you, press 0 and then pound" */  \
  X(NOTED, "noted")     /* "Thank you. Goodbye." */                                                \
  X(DIGIT_0, "0")                                                                                  \
  X(DIGIT_1, "1")                                                                                  \
  X(DIGIT_2, "2")                                                                                  \
  X(DIGIT_3, "3")                                                                                  \
  X(DIGIT_4, "4") X(DIGIT_5, "5") X(DIGIT_6, "6") X(DIGIT_7, "7") X(DIGIT_8, "8") X(DIGIT_9, "9")

enum prompt {
#define PROMPT_ENUM(id, file) PROMPT_##id,
  PROMPT_MAP(PROMPT_ENUM)
#undef PROMPT_ENUM
      PROMPT_COUNT
};

struct prompts;

/* prompts_load reads the folder's languages (sub-folders); NULL: the standard ones alone. What
 * is wrong with a file is told with `at` and the file's name; files that mean nothing to us, and
 * languages that lack some, are warned about. NULL: there was an error. */
struct prompts *prompts_load(const char *folder, struct place at, struct diag *diag);
void prompts_free(struct prompts *prompts);

/* Two or three letters, then perhaps letters and digits behind hyphens (RFC 5646); lower case. */
bool prompts_language_is_valid(const char *text);
bool prompts_has_language(const struct prompts *prompts, const char *language);
/* Never NULL: what the language does not have is said in English, and so is all where `language` is
 * unknown or NULL. Any thread. */
const struct sound *prompts_find(const struct prompts *prompts, const char *language,
                                 enum prompt prompt);

#endif
