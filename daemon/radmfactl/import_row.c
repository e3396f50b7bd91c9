/* import_row.c: see import.h. */
#include "import.h"

#include "ctl.h"
#include "number.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Titles without blanks, signs and case. As Azure MFA Server exports them, and as others do. */
static const struct {
  const char *title;     /* for messages */
  const char *spellings; /* each between blanks */
} titles[IMPORT_COLUMNS] = {
    [IMPORT_USER] = {"user", " user username userid login loginname account accountname name "
                             "samaccountname userprincipalname upn "},
    [IMPORT_COUNTRY_CODE] = {"country code", " countrycode country phonecountrycode cc "},
    [IMPORT_PHONE] = {"phone", " phone phonenumber number telephone telephonenumber mobile "
                               "mobilephone mobilenumber primaryphone "},
    [IMPORT_EXTENSION] = {"extension", " extension phoneextension ext "},
    [IMPORT_BACKUP_PHONE] = {"backup phone", " backupphone backupphonenumber backupnumber backup "
                                             "alternatephone alternatephonenumber "},
    [IMPORT_PIN] = {"PIN", " pin haspin pinflag pinset pinrequired requirepin pinenabled usepin "
                           "phonepin "},
    [IMPORT_LANGUAGE] = {"language", " language lang locale phonelanguage "},
    [IMPORT_ENABLED] = {"enabled", " enabled isenabled userenabled active isactive "},
    [IMPORT_PRIMARY] = {"primary", " primary "},
    [IMPORT_IDENTITY] = {"identity", " identity "},
};

#define TITLE_MAX 40u

/* ---- titles ---- */

static void simplify(const char *title, char out[TITLE_MAX + 3]) {
  size_t n = 0;
  out[n++] = ' ';
  for (; *title && n <= TITLE_MAX; title++)
    if (isalnum((unsigned char)*title)) out[n++] = (char)tolower((unsigned char)*title);
  out[n++] = ' ';
  out[n] = '\0';
}

/* IMPORT_COLUMNS: nobody knows it. */
static enum import_column column_of(const char *title) {
  char word[TITLE_MAX + 3];
  simplify(title, word);
  for (unsigned i = 0; i < IMPORT_COLUMNS; i++)
    if (word[1] != ' ' && strstr(titles[i].spellings, word)) return (enum import_column)i;
  return IMPORT_COLUMNS;
}

static bool read_title(struct import_columns *columns, const char *title, int at,
                       struct text *out_problem, struct text *out_unknown) {
  enum import_column column = column_of(title);
  if (column == IMPORT_COLUMNS) {
    if (*title) text_format(out_unknown, "%s`%s`", out_unknown->len ? ", " : "", title);
    return true;
  }
  if (columns->at[column] >= 0) {
    text_format(out_problem, "two columns are the %s, one of them is `%s`", titles[column].title,
                title);
    return false;
  }
  columns->at[column] = at;
  return true;
}

bool import_read_titles(const struct csv_reader *reader, struct import_columns *out_columns,
                        struct text *out_problem, struct text *out_unknown) {
  struct import_columns columns = {.n_fields = csv_count(reader)};
  for (unsigned i = 0; i < IMPORT_COLUMNS; i++) columns.at[i] = -1;
  for (size_t i = 0; i < columns.n_fields; i++)
    if (!read_title(&columns, csv_field(reader, i), (int)i, out_problem, out_unknown)) return false;
  if (columns.at[IMPORT_USER] < 0) {
    text_format(out_problem,
                "no column is the user's name (`user`): the first line must be titles");
    return false;
  }
  *out_columns = columns;
  return true;
}

/* ---- values ---- */

/* A field without what is around it, and without the ' that stands before formulas. */
static void take_field(const struct csv_reader *reader, const struct import_columns *columns,
                       enum import_column column, struct text *out) {
  text_clear(out);
  if (columns->at[column] < 0) return;
  const char *from = csv_field(reader, (size_t)columns->at[column]);
  while (isspace((unsigned char)*from)) from++;
  from = csv_without_guard(from);
  while (isspace((unsigned char)*from)) from++;
  size_t len = strlen(from);
  while (len && isspace((unsigned char)from[len - 1])) len--;
  text_add(out, from, len);
}

static bool is_one_of(const char *value, const char *const *words) {
  for (; *words; words++)
    if (strcasecmp(value, *words) == 0) return true;
  return false;
}

static const char *const yes_words[] = {"true", "yes",     "y", "1",  "on",
                                        "x",    "enabled", "t", "ja", NULL};
static const char *const no_words[] = {"",  "false",    "no", "n",    "0",    "off",
                                       "f", "disabled", "-",  "none", "nein", NULL};

struct row_reading {
  const struct csv_reader *reader;
  const struct import_columns *columns;
  const json_t *defaults;
  struct import_row *row;
  struct text *problem;
  struct text value; /* the field that is read */
};

static const char *take(struct row_reading *reading, enum import_column column) {
  take_field(reading->reader, reading->columns, column, &reading->value);
  return text_of(&reading->value);
}

static bool refuse(struct row_reading *reading, enum import_column column, const char *why) {
  text_format(reading->problem, "column `%s`: ", titles[column].title);
  text_format(reading->problem, "`%s` %s", text_of(&reading->value), why);
  return false;
}

static void ask_for(struct row_reading *reading, const char *key, const char *value) {
  json_object_set_new(reading->row->request, key, json_string(value));
}

static bool read_user(struct row_reading *reading) {
  const char *user = take(reading, IMPORT_USER);
  if (!*user) return refuse(reading, IMPORT_USER, "is empty");
  ask_for(reading, "user", user);
  const char *identity = take(reading, IMPORT_IDENTITY);
  if (*identity) ask_for(reading, "identity", identity);
  const char *primary = take(reading, IMPORT_PRIMARY);
  if (*primary) ask_for(reading, "primary", primary);
  if (*member_text(reading->defaults, "primary"))
    ask_for(reading, "primary", member_text(reading->defaults, "primary"));
  return true;
}

/* Of one row "+1" and "001" are "1". */
static bool read_country(struct row_reading *reading) {
  const char *country = take(reading, IMPORT_COUNTRY_CODE);
  if (*country == '+') country++;
  if (strncmp(country, "00", 2) == 0) country += 2;
  if (!*country) country = member_text(reading->defaults, "country_code");
  if (!*country) return true;
  if (!country_code_is_valid(country))
    return refuse(reading, IMPORT_COUNTRY_CODE, "is no country code, which has 1 to 3 digits");
  ask_for(reading, "country_code", country);
  return true;
}

/* radmfad reads the number again, and has the last word; only here the column is known. */
static bool read_number(struct row_reading *reading) {
  struct number number;
  const char *country = json_string_value(json_object_get(reading->row->request, "country_code"));
  const char *phone = take(reading, IMPORT_PHONE);
  radmfa_span text = {(const uint8_t *)phone, strlen(phone)};
  reading->row->has_number = text.len != 0;
  if (!text.len) {
    json_object_del(reading->row->request, "country_code");
    return true;
  }
  if (!number_parse(text, country, &number))
    return refuse(reading, IMPORT_PHONE,
                  country ? "is no telephone number"
                          : "is no telephone number; it may lack a country code: --country-code");
  ask_for(reading, "number", phone);
  return true;
}

static bool read_extension(struct row_reading *reading) {
  const char *extension = take(reading, IMPORT_EXTENSION);
  size_t len = strlen(extension);
  if (!len || !reading->row->has_number) return true;
  if (len > NUMBER_EXTENSION_MAX || strspn(extension, "0123456789") != len)
    return refuse(reading, IMPORT_EXTENSION, "is no extension, which has 1 to 10 digits");
  ask_for(reading, "extension", extension);
  return true;
}

/* "English" and "de_AT" too. */
static void read_language(struct row_reading *reading) {
  static const char *const words[][2] = {{"english", "en"}, {"german", "de"}, {"deutsch", "de"}};
  struct text lower = {NULL, 0, 0};
  for (const char *c = take(reading, IMPORT_LANGUAGE); *c; c++)
    text_add_char(&lower, (char)(*c == '_' ? '-' : tolower((unsigned char)*c)));
  const char *language = text_of(&lower);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(language, words[i][0]) == 0) language = words[i][1];
  if (*language) ask_for(reading, "language", language);
  text_free(&lower);
}

/* What is in the PIN column may be a PIN: it is neither kept nor shown. */
static bool read_flags(struct row_reading *reading) {
  reading->row->has_pin = !is_one_of(take(reading, IMPORT_PIN), no_words);
  reading->row->has_backup_phone = *take(reading, IMPORT_BACKUP_PHONE) != '\0';
  const char *enabled = take(reading, IMPORT_ENABLED);
  if (!*enabled || is_one_of(enabled, yes_words)) return true;
  reading->row->is_disabled = is_one_of(enabled, no_words);
  return reading->row->is_disabled ||
         refuse(reading, IMPORT_ENABLED, "is neither true nor false, yes nor no");
}

bool import_read_row(const struct csv_reader *reader, const struct import_columns *columns,
                     const json_t *defaults, struct import_row *out_row, struct text *out_problem) {
  struct import_row row = {.request = memory_or_exit(json_object())};
  struct row_reading reading = {reader, columns, defaults, &row, out_problem, {NULL, 0, 0}};
  size_t n = csv_count(reader);
  bool is_good = n == columns->n_fields;
  if (!is_good)
    text_format(out_problem, "%zu fields, where the titles are %zu", n, columns->n_fields);
  is_good = is_good && read_user(&reading) && read_country(&reading) && read_number(&reading) &&
            read_extension(&reading) && read_flags(&reading);
  if (is_good) read_language(&reading);
  text_free(&reading.value);
  if (is_good)
    *out_row = row;
  else
    json_decref(row.request);
  return is_good;
}

bool import_is_empty(const struct csv_reader *reader) {
  for (size_t i = 0; i < csv_count(reader); i++)
    if (csv_field(reader, i)[strspn(csv_field(reader, i), " \t")]) return false;
  return true;
}

/* ---- comparing ---- */

static bool text_differs(const json_t *user, const json_t *request, const char *key) {
  return json_object_get(request, key) &&
         strcmp(member_text(user, key), member_text(request, key)) != 0;
}

static bool number_differs(const json_t *user, const json_t *request) {
  struct number number;
  const char *written = member_text(request, "number"), *extension;
  radmfa_span text = {(const uint8_t *)written, strlen(written)};
  if (!text.len) return false;
  if (!number_parse(text, json_string_value(json_object_get(request, "country_code")), &number))
    return true;
  extension = json_string_value(json_object_get(request, "extension"));
  return strcmp(member_text(user, "number"), number.e164) != 0 ||
         strcmp(member_text(user, "extension"), extension ? extension : number.extension) != 0;
}

bool import_differs(const json_t *user, const json_t *request) {
  bool verifies = member_is_true(request, "verified") && member_is_set(request, "number") &&
                  strcmp(member_text(user, "number_state"), "verified") != 0;
  return number_differs(user, request) || text_differs(user, request, "language") || verifies;
}
