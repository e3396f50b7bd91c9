/* session.c: cookies and the tokens of forms. */
#include "session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_token(const char *text, size_t len) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (len == 0 || len >= SESSION_TOKEN_SIZE) return false;
  for (size_t i = 0; i < len; i++) {
    if (!text[i] || !strchr(allowed, text[i])) return false;
  }
  return true;
}

bool session_find_cookie(const char *header, const char *name, char out_value[SESSION_TOKEN_SIZE]) {
  size_t name_len = strlen(name);
  out_value[0] = '\0';
  while (header && *header) {
    header += strspn(header, " ;\t");
    size_t len = strcspn(header, ";");
    if (len > name_len && header[name_len] == '=' && !strncmp(header, name, name_len)) {
      const char *value = header + name_len + 1;
      size_t value_len = len - name_len - 1;
      while (value_len && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
        value_len--;
      if (!is_token(value, value_len)) return false;
      memcpy(out_value, value, value_len);
      out_value[value_len] = '\0';
      return true;
    }
    header += len;
  }
  return false;
}

bool session_is_before(const char *token) {
  return !strncmp(token, "p.", 2);
}

void session_make_before(char out_token[SESSION_TOKEN_SIZE]) {
  uint8_t random[32];
  randombytes_buf(random, sizeof random);
  memcpy(out_token, "p.", 2);
  sodium_bin2base64(out_token + 2, SESSION_TOKEN_SIZE - 2, random, sizeof random,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void session_csrf(const uint8_t key[SESSION_CSRF_KEY_SIZE], const char *token,
                  char out_csrf[SESSION_CSRF_SIZE]) {
  uint8_t hash[32];
  crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), key,
                     SESSION_CSRF_KEY_SIZE);
  sodium_bin2base64(out_csrf, SESSION_CSRF_SIZE, hash, sizeof hash,
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool session_csrf_is(const uint8_t key[SESSION_CSRF_KEY_SIZE], const char *token,
                     const char *csrf) {
  char wanted[SESSION_CSRF_SIZE];
  if (!*token || !csrf || strlen(csrf) != SESSION_CSRF_SIZE - 1) return false;
  session_csrf(key, token, wanted);
  return sodium_memcmp(wanted, csrf, SESSION_CSRF_SIZE - 1) == 0;
}

bool session_same_origin(const char *host, const char *origin, const char *sec_fetch_site) {
  static const char scheme[] = "https://";
  if (sec_fetch_site && strcmp(sec_fetch_site, "same-origin") != 0 &&
      strcmp(sec_fetch_site, "none") != 0)
    return false;
  if (!origin) return true;
  return host && !strncmp(origin, scheme, sizeof scheme - 1) &&
         !strcasecmp(origin + sizeof scheme - 1, host);
}

void session_set_cookie(const char *name, const char *value, uint32_t seconds, char *out,
                        size_t size) {
  char age[32] = "";
  if (seconds || !*value) snprintf(age, sizeof age, "; Max-Age=%u", *value ? seconds : 0);
  snprintf(out, size, "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s", name, value, age);
}
