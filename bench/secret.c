#include "secret.h"

#include <errno.h>
#include <radmfa/error.h>
#include <string.h>

static size_t without_line_end(const uint8_t *bytes, size_t len) {
  if (len && bytes[len - 1] == '\n') len--;
  if (len && bytes[len - 1] == '\r') len--;
  return len;
}

static const char *take_text(struct secret *secret, const char *text) {
  size_t len = strlen(text);
  if (len > sizeof secret->bytes) return "it is longer than 1024 octets";
  memcpy(secret->bytes, text, len);
  secret->len = len;
  return NULL;
}

static const char *take_file(struct secret *secret, const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return strerror(errno);
  size_t len = fread(secret->bytes, 1, sizeof secret->bytes, file);
  const char *problem = ferror(file)         ? "it cannot be read"
                        : fgetc(file) != EOF ? "it is longer than 1024 octets"
                                             : NULL;
  fclose(file);
  secret->len = without_line_end(secret->bytes, len);
  return problem;
}

bool secret_open(struct secret *secret, const struct secret_options *options, const char *program,
                 FILE *messages) {
  const char *option = options->file ? "--secret-file" : "--secret";
  *secret = (struct secret){0};
  if (!options->file == !options->text) {
    fprintf(messages, "%s: it needs --secret or --secret-file, and not both\n", program);
    return false;
  }
  const char *problem =
      options->file ? take_file(secret, options->file) : take_text(secret, options->text);
  if (!problem && !secret->len) problem = "it is empty";
  if (problem) {
    fprintf(messages, "%s: %s%s%s: %s\n", program, option, options->file ? " " : "",
            options->file ? options->file : "", problem);
    return false;
  }
  int error = radmfa_secret_new((radmfa_span){secret->bytes, secret->len}, NULL, &secret->shared);
  if (error) fprintf(messages, "%s: %s: %s\n", program, option, radmfa_strerror(error));
  return !error;
}

void secret_close(struct secret *secret) {
  radmfa_secret_free(secret->shared);
  radmfa_wipe(secret, sizeof *secret);
}
