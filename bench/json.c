#include "json.h"

static void begin(struct json *json, const char *name) {
  if (json->depth)
    fprintf(json->out, "%s\n%*s", json->has_before ? "," : "", 2 * (int)json->depth, "");
  if (name) fprintf(json->out, "\"%s\": ", name);
  json->has_before = true;
}

void json_open(struct json *json, const char *name, char bracket) {
  begin(json, name);
  fputc(bracket, json->out);
  json->depth++;
  json->has_before = false;
}

void json_close(struct json *json, char bracket) {
  json->depth--;
  if (json->has_before) fprintf(json->out, "\n%*s", 2 * (int)json->depth, "");
  fputc(bracket, json->out);
  if (!json->depth) fputc('\n', json->out);
  json->has_before = true;
}

/* RFC 8259 7: quotes, backslashes and control characters. Other octets stay: arguments and names
 * of processors are UTF-8 already. */
static void put_text(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text; text++) {
    unsigned char octet = (unsigned char)*text;
    if (octet < 0x20)
      fprintf(out, "\\u%04x", octet);
    else if (octet == '"' || octet == '\\')
      fprintf(out, "\\%c", octet);
    else
      fputc(octet, out);
  }
  fputc('"', out);
}

void json_text(struct json *json, const char *name, const char *text) {
  begin(json, name);
  if (text)
    put_text(json->out, text);
  else
    fputs("null", json->out);
}

void json_count(struct json *json, const char *name, uint64_t count) {
  begin(json, name);
  fprintf(json->out, "%llu", (unsigned long long)count);
}

void json_number(struct json *json, const char *name, double number) {
  begin(json, name);
  fprintf(json->out, "%.6f", number);
}

void json_bool(struct json *json, const char *name, bool value) {
  begin(json, name);
  fputs(value ? "true" : "false", json->out);
}
