/* schema.h: the keys of radmfad.yaml as data. config.c walks the file by it; a new key is a new
 * row, and a field in config.h. */
#ifndef RADMFAD_SCHEMA_H
#define RADMFAD_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a key's value is, and in braces the field that takes it. */
enum schema_kind {
  SCHEMA_NAME,     /* 1 to RADMFA_NAME_SIZE_MAX octets, no two alike in a list {const char *} */
  SCHEMA_PATH,     /* of a file; relative to the configuration's folder {const char *} */
  SCHEMA_WORD,     /* one of `words` {bool or an enum} */
  SCHEMA_COUNT,    /* a whole number in `range`, or one of `words` {uint32_t or unsigned} */
  SCHEMA_SIZE,     /* octets, with its unit {uint32_t} */
  SCHEMA_DURATION, /* in `range`, or one of `words` {uint32_t, ms} */
  SCHEMA_DURATION_RANGE, /* one duration or two, in `range` {struct duration_range} */
  SCHEMA_DAYS,           /* "90d" in 1d..3650d, or one of `words` {uint32_t} */
  SCHEMA_RATE,           /* "3/30m", or one of `words`, which all mean no limit {struct rate} */
  SCHEMA_TEXT,       /* 1 to RADMFA_ATTR_VALUE_SIZE_MAX octets, or as `range` says {const char *} */
  SCHEMA_DOMAINS,    /* a list of names, no two alike but for their case {const char **, count} */
  SCHEMA_ENTRIES,    /* a list of DNs, as long as `range` says, no two alike; as DOMAINS */
  SCHEMA_USERS,      /* a list of user names, no two alike but for their case; as DOMAINS */
  SCHEMA_LDAP_URL,   /* no two alike {struct ldap_url} */
  SCHEMA_TRUST,      /* path of a file of certificates {radmfa_tls_context *} */
  SCHEMA_TRUST_PATH, /* the same, which is checked and read later {const char *} */
  SCHEMA_SIP_URI,    /* "sip:host:port;transport=tls", with its transport {const char *} */
  SCHEMA_NUMBER,     /* E.164, as people write it, with its "+" {const char *} */
  SCHEMA_NUMBER_PREFIXES, /* a list of "+44", no two alike {const char **, count} */
  SCHEMA_DIGITS,          /* as many as `range` says, or one of `words`, then NULL {const char *} */
  SCHEMA_PORTS,           /* "16384..32766" {struct port_range} */
  SCHEMA_ADDRESS,         /* "ip:port", no two alike {radmfa_address} */
  SCHEMA_IP,              /* an address without port {radmfa_address} */
  SCHEMA_PREFIXES,   /* addresses, networks, no two alike; a list or one {radmfa_prefix *, count} */
  SCHEMA_SECRET,     /* key, key_file or key_env {struct secret} */
  SCHEMA_PASSWORD,   /* the same; RADMFA_PASSWORD_SIZE_MAX octets, and a short one is fine */
  SCHEMA_REFERENCE,  /* a name of the section `refers_to` {size_t} */
  SCHEMA_REFERENCES, /* a list of them, no two alike {size_t[], count} */
  SCHEMA_SECTION,    /* a mapping, its fields in the same struct {} */
  SCHEMA_LIST,       /* a list of mappings {array, count} */
  SCHEMA_MAP,        /* a mapping from names to mappings {array, count} */
};

struct schema_word {
  const char *word; /* NULL ends a table */
  uint32_t value;
  const char *warning; /* said of who writes this word, or NULL */
  bool later;
};

struct schema_row {
  const char *key;
  enum schema_kind kind;
  size_t offset; /* of the field in the section's struct, and its size */
  size_t size;
  size_t count_offset;  /* of the size_t beside an array */
  const char *only_for; /* the section's type that has this key; NULL: each has it */
  const char *standard; /* the default, as one would write it; NULL: the field stays 0 */
  const char
      *range; /* "least..most", as one would write them; LIST, TEXT, ENTRIES: of their length */
  uint16_t standard_port; /* ADDRESS: of one without port; 0: it must have one */
  const struct schema_word *words;
  const struct schema_section *section; /* what a mapping holds */
  const char *refers_to;                /* a key of the file's top level */
  bool required;
  bool later; /* known, and not built yet */
};

struct schema_section {
  const char *title; /* "a client", for messages */
  const struct schema_row *rows;
  size_t n_rows;
  /* the row whose word is the `only_for` of those that count; NULL: all do. Where that word is
   * missing or refused the other keys are not read */
  const struct schema_row *type;
  size_t size;        /* of the struct, which begins with its struct place; LIST and MAP */
  size_t name_offset; /* of the const char * for the name; MAP */
};

/* The table's top: struct config. */
extern const struct schema_section schema_root;

#endif
