/* parse_packet: prints a RADIUS packet given as a hex dump.   parse_packet 01 00 00 38 0f40...
 * Without arguments it prints the Access-Request of RFC 2865 7.1. */
#include <radmfa/error.h>
#include <radmfa/packet.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char sample[] = "01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb"
                             "98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d"
                             "93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8"
                             "01 10 05 06 00 00 00 03";

static int digit(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
  return at ? (int)(at - digits) : -1;
}

/* Appends the octets of `text` to `out`; false where it is not hexadecimal or too much. */
static bool read_hex(const char *text, uint8_t *out, size_t size, size_t *len) {
  while (*text) {
    if (isspace((unsigned char)*text)) {
      text++;
      continue;
    }
    int high = digit(text[0]), low = digit(text[1]);
    if (high < 0 || low < 0 || *len == size) return false;
    out[(*len)++] = (uint8_t)(high << 4 | low);
    text += 2;
  }
  return true;
}

static bool printable(radmfa_span value) {
  for (size_t i = 0; i < value.len; i++)
    if (value.ptr[i] < 0x20 || value.ptr[i] > 0x7e) return false;
  return value.len > 0;
}

static void print_value(const radmfa_attr *attr) {
  if (attr->type == RADMFA_ATTR_USER_PASSWORD) { /* never shown, hidden as it is */
    printf("(%zu octets, not shown)\n", attr->value.len);
  } else if (printable(attr->value)) {
    printf("\"%.*s\"\n", (int)attr->value.len, (const char *)attr->value.ptr);
  } else {
    for (size_t i = 0; i < attr->value.len; i++) printf("%02x", attr->value.ptr[i]);
    printf("\n");
  }
}

static void print_packet(const radmfa_packet *packet) {
  const char *name = radmfa_code_name(packet->code);
  printf("%s (%u), id %u, %u octets\n", name ? name : "unknown code", packet->code, packet->id,
         packet->length);
  radmfa_attr attr;
  for (size_t cursor = 0; radmfa_packet_next(packet, &cursor, &attr);) {
    name = radmfa_attr_name(attr.type);
    printf("  %3u %-24s ", attr.type, name ? name : "?");
    print_value(&attr);
  }
}

int main(int argc, char **argv) {
  uint8_t bytes[RADMFA_PACKET_SIZE_MAX];
  size_t len = 0;
  bool good = argc > 1 || read_hex(sample, bytes, sizeof bytes, &len);
  for (int i = 1; good && i < argc; i++) good = read_hex(argv[i], bytes, sizeof bytes, &len);
  if (!good) {
    fprintf(stderr, "usage: %s [HEX...]   at most %u octets\n", argv[0], RADMFA_PACKET_SIZE_MAX);
    return 2;
  }
  radmfa_packet packet;
  int error = radmfa_packet_parse((radmfa_span){bytes, len}, &packet);
  if (error) {
    fprintf(stderr, "%s\n", radmfa_strerror(error));
    return 1;
  }
  print_packet(&packet);
  return 0;
}
