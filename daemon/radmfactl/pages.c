/* pages.c: see pages.h. A page is forgotten before the next one is asked for. */
#include "pages.h"

#include <stdio.h>

struct listing {
  struct ctl *ctl;
  const struct pages *pages;
  size_t n;
  bool has_begun;
  json_t *more; /* where the next page begins; NULL or null: there is none */
};

static void begin(struct listing *listing) {
  const struct pages *pages = listing->pages;
  if (listing->has_begun) return;
  listing->has_begun = true;
  if (listing->ctl->wants_json)
    printf("{\"%s\": [", pages->key);
  else if (pages->begin)
    pages->begin(pages->user);
}

static void print_item(const struct listing *listing, const json_t *item) {
  fputs(listing->n ? ",\n" : "\n", stdout);
  json_dumpf(item, stdout, JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
}

static void end_document(const struct listing *listing) {
  if (!listing->ctl->wants_json) return;
  fputs("\n], \"more\": ", stdout);
  if (listing->more)
    json_dumpf(listing->more, stdout, JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
  else
    fputs("null", stdout);
  puts("}");
}

static bool is_full(const struct listing *listing) {
  return listing->pages->max && listing->n >= listing->pages->max;
}

static size_t page_size(const struct listing *listing) {
  size_t left = listing->pages->max ? listing->pages->max - listing->n : PAGE_SIZE;
  return left < PAGE_SIZE ? left : PAGE_SIZE;
}

static void take_items(struct listing *listing, const json_t *list) {
  size_t i;
  json_t *item;
  json_array_foreach(list, i, item) {
    if (is_full(listing)) break;
    if (listing->ctl->wants_json)
      print_item(listing, item);
    else
      listing->pages->item(item, listing->pages->user);
    listing->n++;
  }
  if (!listing->ctl->wants_json && listing->pages->page) listing->pages->page(listing->pages->user);
}

static int take_page(struct listing *listing) {
  const struct pages *pages = listing->pages;
  json_t *request = json_deep_copy(listing->ctl->request), *ok;
  json_object_set_new(request, "max", json_integer((json_int_t)page_size(listing)));
  if (listing->more) json_object_set_new(request, pages->cursor, listing->more);
  listing->more = NULL;
  int status = ctl_ask(listing->ctl, pages->verb, request, &ok);
  if (status != EXIT_OK) return status;
  json_t *more = json_object_get(ok, "more");
  if (!json_is_null(more)) listing->more = json_incref(more);
  begin(listing);
  take_items(listing, json_object_get(ok, pages->key));
  json_decref(ok);
  return EXIT_OK;
}

int pages_print(struct ctl *ctl, const struct pages *pages) {
  struct listing listing = {.ctl = ctl, .pages = pages};
  int status;
  do status = take_page(&listing);
  while (status == EXIT_OK && listing.more && !is_full(&listing));
  /* A document that is not whole has no end, so that nobody takes it for one. */
  if (status == EXIT_OK) end_document(&listing);
  if (status == EXIT_OK && listing.more)
    complain("there are more than these %zu: see --max", listing.n);
  json_decref(listing.more);
  return ctl_finish(status);
}
