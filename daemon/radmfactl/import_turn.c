/* import_turn.c: a row's way: what there is is asked, then the user is added or changed, then
 * blocked. */
#include "import.h"

#include "client.h"

#include <string.h>

#define TRIES_MAX 10u /* of a user whom somebody else changes meanwhile */

void import_complain(const struct import *import, unsigned long line, const char *what) {
  struct text shown = {NULL, 0, 0};
  text_add_shown(&shown, import->file, strlen(import->file), false);
  text_format(&shown, ":%lu: ", line);
  text_add_shown(&shown, what, strlen(what), false);
  fprintf(stderr, "%s\n", text_of(&shown));
  text_free(&shown);
}

static void note_pin(struct import *import, const struct import_slot *slot) {
  const json_t *user = json_object_get(slot->row.request, "user");
  if (!import->ctl->wants_json) {
    say("%s had a PIN, and must set a new one by call", json_string_value(user));
  } else {
    fputs(import->n_pins ? ",\n" : "\n", stdout);
    json_dumpf(user, stdout, JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
  }
  import->n_pins++;
}

void import_end_row(struct import *import, struct import_slot *slot, enum import_outcome outcome) {
  import->n[outcome]++;
  if (outcome != IMPORT_FAILED) {
    if (slot->row.has_pin) note_pin(import, slot);
    import->n_backup_phones += slot->row.has_backup_phone;
  }
  json_decref(slot->row.request);
  json_decref(slot->before);
  *slot = (struct import_slot){.step = IMPORT_STEP_FREE};
  import->n_under_way--;
}

static void fail_row(struct import *import, struct import_slot *slot, const char *word,
                     const char *text) {
  struct text what = {NULL, 0, 0};
  text_format(&what, "user `%s`%s: %s (%s)", member_text(slot->row.request, "user"),
              slot->step == IMPORT_STEP_BLOCK ? " is imported, but NOT blocked" : "",
              *text ? text : "radmfad refuses", word);
  import_complain(import, slot->line, text_of(&what));
  text_free(&what);
  import_end_row(import, slot, IMPORT_FAILED);
}

static void forget(json_t *request, const char *const *keys) {
  for (; *keys; keys++) json_object_del(request, *keys);
}

/* What the row says, as far as the verb takes it. */
static json_t *request_of(const struct import_slot *slot, enum import_step step) {
  static const char *const values[] = {
      "number", "extension", "country_code", "language", "verified", "identity", NULL};
  json_t *request = json_copy(slot->row.request);
  if (step == IMPORT_STEP_SHOW || step == IMPORT_STEP_BLOCK) forget(request, values);
  if (step == IMPORT_STEP_SET) json_object_del(request, "identity");
  if (step == IMPORT_STEP_BLOCK)
    json_object_set_new(request, "why", json_string(IMPORT_WHY_BLOCKED));
  return request;
}

static void ask(struct import *import, struct import_slot *slot, enum import_step step) {
  static const char *const verbs[] = {[IMPORT_STEP_SHOW] = "user.show",
                                      [IMPORT_STEP_ADD] = "user.add",
                                      [IMPORT_STEP_SET] = "user.set",
                                      [IMPORT_STEP_BLOCK] = "user.block"};
  slot->step = step;
  json_int_t id = slot - import->slots;
  if (!client_send(import->ctl->client, verbs[step], id, request_of(slot, step)))
    import->is_broken = true;
}

/* What is told of the user at the end, by how he is, or (NULL) only in the file. */
static void note_user(struct import *import, struct import_slot *slot, const json_t *user) {
  if (member_is_true(user, "has_pin")) slot->row.has_pin = false; /* he has set a new one */
  if (!slot->row.has_number && !member_is_set(user, "number")) import->n_without_number++;
}

/* Nothing changes: what would. */
static void foresee(struct import *import, struct import_slot *slot, const json_t *user) {
  note_user(import, slot, user);
  bool blocks = slot->row.is_disabled && !(user && member_is_set(user, "blocked"));
  import->n_blocked += blocks;
  bool differs = !user || blocks || import_differs(user, slot->row.request);
  import_end_row(import, slot, !user ? IMPORT_ADDED : differs ? IMPORT_CHANGED : IMPORT_UNCHANGED);
}

static bool is_same_user(const json_t *a, const json_t *b) {
  static const char *const keys[] = {"number", "extension", "number_state", "language", "name"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(member_text(a, keys[i]), member_text(b, keys[i])) != 0) return false;
  return true;
}

/* He is there as the row wants him, but for the block. */
static void finish(struct import *import, struct import_slot *slot, const json_t *user) {
  note_user(import, slot, user);
  if (slot->row.is_disabled && !member_is_set(user, "blocked"))
    ask(import, slot, IMPORT_STEP_BLOCK);
  else
    import_end_row(import, slot, slot->outcome);
}

/* What is so already is not written once more. */
static void set_user(struct import *import, struct import_slot *slot, json_t *user) {
  if (!import_differs(user, slot->row.request)) {
    slot->outcome = IMPORT_UNCHANGED;
    finish(import, slot, user);
    return;
  }
  json_decref(slot->before);
  slot->before = json_incref(user);
  ask(import, slot, IMPORT_STEP_SET);
}

static void note_block(struct import *import, struct import_slot *slot) {
  import->n_blocked++;
  import_end_row(import, slot, slot->outcome == IMPORT_UNCHANGED ? IMPORT_CHANGED : slot->outcome);
}

static void go_on(struct import *import, struct import_slot *slot, json_t *user) {
  switch (slot->step) {
    case IMPORT_STEP_SHOW:
      if (import->is_dry)
        foresee(import, slot, user);
      else
        set_user(import, slot, user);
      break;
    case IMPORT_STEP_ADD:
      slot->outcome = IMPORT_ADDED;
      finish(import, slot, user);
      break;
    case IMPORT_STEP_SET:
      slot->outcome = is_same_user(slot->before, user) ? IMPORT_UNCHANGED : IMPORT_CHANGED;
      finish(import, slot, user);
      break;
    case IMPORT_STEP_BLOCK: note_block(import, slot); break;
    case IMPORT_STEP_FREE: break;
  }
}

/* Somebody else has changed, added or removed him meanwhile. Where it is worth another try it says
 * from which step on. */
static bool try_again_from(struct import_slot *slot, const char *word, enum import_step *out_step) {
  bool moved = (slot->step == IMPORT_STEP_ADD && strcmp(word, "exists") == 0) ||
               (slot->step == IMPORT_STEP_SET && strcmp(word, "not_found") == 0);
  *out_step = moved ? IMPORT_STEP_SHOW : slot->step;
  return (moved || strcmp(word, "busy") == 0) && ++slot->tries < TRIES_MAX;
}

static void add_user(struct import *import, struct import_slot *slot) {
  if (import->is_dry)
    foresee(import, slot, NULL);
  else
    ask(import, slot, IMPORT_STEP_ADD);
}

static void take_error(struct import *import, struct import_slot *slot, const json_t *answer) {
  const char *word = member_text(answer, "error");
  enum import_step step;
  if (slot->step == IMPORT_STEP_SHOW && strcmp(word, "not_found") == 0)
    add_user(import, slot);
  else if (try_again_from(slot, word, &step))
    ask(import, slot, step);
  else
    fail_row(import, slot, word, member_text(answer, "text"));
}

void import_take_answer(struct import *import) {
  json_t *answer;
  if (!client_receive(import->ctl->client, &answer)) {
    import->is_broken = true;
    return;
  }
  const json_t *id = json_object_get(answer, "id");
  json_t *ok = json_object_get(answer, "ok");
  json_int_t i = json_is_integer(id) ? json_integer_value(id) : -1;
  bool is_known = i >= 0 && i < IMPORT_SLOTS && import->slots[i].step != IMPORT_STEP_FREE;
  if (!is_known) {
    complain("radmfad has answered what was not asked");
    complain_of_answer(answer);
    import->is_broken = true;
  } else if (ok) {
    go_on(import, &import->slots[i], ok);
  } else {
    take_error(import, &import->slots[i], answer);
  }
  json_decref(answer);
}

void import_start(struct import *import, struct import_slot *slot) {
  import->n_under_way++;
  ask(import, slot, IMPORT_STEP_SHOW);
}
