/* Rows of an import: which column is what, and what is asked of radmfad for them. */
#include "radmfactl/import.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct sheet {
  const char *text;
  struct csv_reader *reader;
  struct import_columns columns;
  struct text problem, unknown;
  json_t *defaults;
};

static ssize_t read_sheet(void *octets, size_t size, void *user) {
  struct sheet *sheet = user;
  size_t n = strlen(sheet->text);
  if (n > size) n = size;
  memcpy(octets, sheet->text, n);
  sheet->text += n;
  return (ssize_t)n;
}

/* True: the titles are good. */
static bool open_sheet(struct sheet *sheet, const char *text) {
  *sheet = (struct sheet){.text = text, .defaults = json_object()};
  sheet->reader = csv_reader_new(read_sheet, sheet);
  cr_assert_eq(csv_next(sheet->reader), CSV_RECORD);
  return import_read_titles(sheet->reader, &sheet->columns, &sheet->problem, &sheet->unknown);
}

static void close_sheet(struct sheet *sheet) {
  csv_reader_free(sheet->reader);
  text_free(&sheet->problem);
  text_free(&sheet->unknown);
  json_decref(sheet->defaults);
}

static bool read_row(struct sheet *sheet, struct import_row *out_row) {
  cr_assert_eq(csv_next(sheet->reader), CSV_RECORD);
  text_clear(&sheet->problem);
  return import_read_row(sheet->reader, &sheet->columns, sheet->defaults, out_row, &sheet->problem);
}

/* The request as JSON, with its keys in order. */
static void asks_for(struct sheet *sheet, const char *want) {
  struct import_row row;
  cr_assert(read_row(sheet, &row), "%s", text_of(&sheet->problem));
  char *got = json_dumps(row.request, JSON_COMPACT | JSON_SORT_KEYS);
  cr_assert_str_eq(got, want, "%s", got);
  free(got);
  json_decref(row.request);
}

static void is_refused(struct sheet *sheet, const char *why) {
  struct import_row row;
  cr_assert_not(read_row(sheet, &row));
  cr_assert(strstr(text_of(&sheet->problem), why), "%s", text_of(&sheet->problem));
}

Test(import, columns_as_azure_mfa_server_names_them) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet,
                       "Username,Country Code,Phone,Extension,Backup Phone,PIN,Language,Enabled\n"
                       "alice,1,5551230001,42,5551230002,,en,True\n"));
  asks_for(&sheet, "{\"country_code\":\"1\",\"extension\":\"42\",\"language\":\"en\","
                   "\"number\":\"5551230001\",\"user\":\"alice\"}");
  close_sheet(&sheet);
}

Test(import, columns_in_any_order_and_spelling) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet, "phone_number;USER NAME;is-enabled;countryCode;sAMAccountName2\n"
                               "020 7946 0018; bob ;0;+44;x\n"));
  cr_assert_str_eq(text_of(&sheet.unknown), "`sAMAccountName2`");
  asks_for(&sheet, "{\"country_code\":\"44\",\"number\":\"020 7946 0018\",\"user\":\"bob\"}");
  close_sheet(&sheet);
}

Test(import, titles_must_name_the_user_and_each_column_once) {
  struct sheet sheet;
  cr_assert_not(open_sheet(&sheet, "phone,country code\n"));
  cr_assert(strstr(text_of(&sheet.problem), "`user`"));
  close_sheet(&sheet);
  cr_assert_not(open_sheet(&sheet, "user,phone,Mobile\n"));
  cr_assert(strstr(text_of(&sheet.problem), "`Mobile`"));
  close_sheet(&sheet);
}

Test(import, the_country_may_be_said_for_all) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet, "user,phone,cc\na,5551230001,\nb,020 7946 0018,0044\n"));
  json_object_set_new(sheet.defaults, "country_code", json_string("1"));
  json_object_set_new(sheet.defaults, "primary", json_string("corp"));
  asks_for(&sheet, "{\"country_code\":\"1\",\"number\":\"5551230001\",\"primary\":\"corp\","
                   "\"user\":\"a\"}");
  asks_for(&sheet, "{\"country_code\":\"44\",\"number\":\"020 7946 0018\",\"primary\":\"corp\","
                   "\"user\":\"b\"}");
  close_sheet(&sheet);
}

Test(import, a_user_without_a_number_is_a_user) {
  struct sheet sheet;
  struct import_row row;
  cr_assert(open_sheet(&sheet, "user,country code,phone,extension\nalice,1,,12\n"));
  cr_assert(read_row(&sheet, &row));
  cr_assert_not(row.has_number);
  cr_assert_eq(json_object_size(row.request), 1);
  json_decref(row.request);
  close_sheet(&sheet);
}

Test(import, what_our_own_list_writes_is_read_again) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet, "user,primary,identity,number,enabled\r\n"
                               "'=cmd,local,'@x,'+15551230001,yes\r\n"));
  asks_for(&sheet, "{\"identity\":\"@x\",\"number\":\"+15551230001\",\"primary\":\"local\","
                   "\"user\":\"=cmd\"}");
  close_sheet(&sheet);
}

Test(import, languages_have_names_too) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet, "user,language\na,English\nb,DEUTSCH\nc,pt_BR\n"));
  asks_for(&sheet, "{\"language\":\"en\",\"user\":\"a\"}");
  asks_for(&sheet, "{\"language\":\"de\",\"user\":\"b\"}");
  asks_for(&sheet, "{\"language\":\"pt-br\",\"user\":\"c\"}");
  close_sheet(&sheet);
}

Test(import, errors_name_the_column) {
  struct sheet sheet;
  cr_assert(open_sheet(&sheet, "user,phone,country code,extension,enabled\n"
                               ",5551230001,1,,\n"
                               "a,12ab,1,,\n"
                               "a,5551230001,,,\n"
                               "a,5551230001,USA,,\n"
                               "a,5551230001,1,x9,\n"
                               "a,5551230001,1,,perhaps\n"
                               "a,5551230001\n"));
  is_refused(&sheet, "column `user`");
  is_refused(&sheet, "column `phone`: `12ab`");
  is_refused(&sheet, "--country-code");
  is_refused(&sheet, "column `country code`: `USA`");
  is_refused(&sheet, "column `extension`: `x9`");
  is_refused(&sheet, "column `enabled`: `perhaps`");
  is_refused(&sheet, "2 fields, where the titles are 5");
  close_sheet(&sheet);
}

Test(import, a_pin_is_a_flag_whatever_stands_there_and_is_not_kept) {
  static const struct {
    const char *text;
    bool has_pin;
  } cases[] = {{"user,pin\na,True\n", true},
               {"user,pin\na,1234\n", true},
               {"user,pin\na,no\n", false},
               {"user,pin\na,\n", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sheet sheet;
    struct import_row row;
    cr_assert(open_sheet(&sheet, cases[i].text));
    cr_assert(read_row(&sheet, &row));
    cr_assert_eq(row.has_pin, cases[i].has_pin, "%s", cases[i].text);
    cr_assert_eq(json_object_size(row.request), 1);
    json_decref(row.request);
    close_sheet(&sheet);
  }
}

static bool differs(const char *user_text, const char *request_text) {
  json_t *user = json_loads(user_text, 0, NULL), *request = json_loads(request_text, 0, NULL);
  bool result = import_differs(user, request);
  json_decref(user);
  json_decref(request);
  return result;
}

Test(import, what_is_there_already_is_no_change) {
  const char *alice = "{\"number\":\"+15551230001\",\"extension\":\"42\",\"language\":\"en\","
                      "\"number_state\":\"entered\"}";
  cr_assert_not(differs(alice, "{\"user\":\"alice\"}"));
  cr_assert_not(differs(alice, "{\"number\":\"(555) 123-0001 x42\",\"country_code\":\"1\"}"));
  cr_assert_not(differs(alice, "{\"number\":\"+15551230001\",\"extension\":\"42\"}"));
  cr_assert(differs(alice, "{\"number\":\"+15551230001\"}"));
  cr_assert(differs(alice, "{\"number\":\"+15551230002 x42\"}"));
  cr_assert(differs(alice, "{\"language\":\"de\"}"));
  cr_assert(differs(alice, "{\"number\":\"+15551230001 x42\",\"verified\":true}"));
}
