#include "idpool.h"

#include "mem.h"

#include "core.h"

#define IDENTIFIERS 256u /* of a source port: RFC 2865 3 */
#define OUT UINT32_MAX

/* Its place in the queue, and those of its neighbours, are written as socket number * 256 +
 * identifier + 1; 0: none. */
struct identifier {
  union {
    void *owner;          /* while it is out */
    uint64_t released_ms; /* while it is in the queue */
  };
  uint32_t older; /* OUT while it is out */
  uint32_t newer;
};

struct id_socket {
  struct list unused, idle;
  uint64_t idle_since_ms;
  uint32_t number;
  uint32_t n_used; /* identifiers from here on were never used, and are not in the queue */
  uint32_t n_out;
  struct identifier identifiers[IDENTIFIERS];
};

struct id_place {
  struct id_socket *socket; /* or NULL */
  uint32_t next_free;       /* as free_place */
};

void radmfa__idpool_init(struct idpool *pool, const radmfa_allocator *allocator, uint32_t rest_ms) {
  *pool = (struct idpool){.allocator = allocator, .rest_ms = rest_ms};
  list_init(&pool->unused);
  list_init(&pool->idle);
}

void radmfa__idpool_cleanup(struct idpool *pool) {
  for (uint32_t i = 0; i < pool->n_places; i++)
    radmfa__free(pool->allocator, pool->places[i].socket, sizeof(struct id_socket));
  radmfa__free(pool->allocator, pool->places, pool->places_size * sizeof *pool->places);
  *pool = (struct idpool){0};
}

static struct identifier *at(const struct idpool *pool, uint32_t place) {
  uint32_t number = place - 1;
  return &pool->places[number / IDENTIFIERS].socket->identifiers[number % IDENTIFIERS];
}

static uint32_t place_of(uint32_t socket, uint32_t id) {
  return socket * IDENTIFIERS + id + 1;
}

static void queue_append(struct idpool *pool, uint32_t place) {
  struct identifier *identifier = at(pool, place);
  identifier->older = pool->newest;
  identifier->newer = 0;
  *(pool->newest ? &at(pool, pool->newest)->newer : &pool->oldest) = place;
  pool->newest = place;
}

static void queue_remove(struct idpool *pool, uint32_t place) {
  const struct identifier *identifier = at(pool, place);
  uint32_t older = identifier->older, newer = identifier->newer;
  *(older ? &at(pool, older)->newer : &pool->oldest) = newer;
  *(newer ? &at(pool, newer)->older : &pool->newest) = older;
}

static bool grow(struct idpool *pool) {
  uint32_t size = pool->places_size ? 2 * pool->places_size : 16;
  struct id_place *places = radmfa__alloc(pool->allocator, size * sizeof *places);
  if (!places) return false;
  if (pool->places) memcpy(places, pool->places, pool->n_places * sizeof *places);
  radmfa__free(pool->allocator, pool->places, pool->places_size * sizeof *pool->places);
  pool->places = places;
  pool->places_size = size;
  return true;
}

static int add_place(struct idpool *pool) {
  if (pool->n_places == IDPOOL_SOCKETS_MAX) return RADMFA_E_TOO_BIG;
  if (pool->n_places == pool->places_size && !grow(pool)) return RADMFA_E_NO_MEMORY;
  pool->places[pool->n_places++].next_free = pool->free_place;
  pool->free_place = pool->n_places;
  return 0;
}

int radmfa__idpool_add_socket(struct idpool *pool, uint64_t now_ms, uint16_t *out_socket) {
  if (!pool->free_place) TRY(add_place(pool));
  struct id_socket *socket = radmfa__alloc(pool->allocator, sizeof *socket);
  if (!socket) return RADMFA_E_NO_MEMORY;
  socket->number = pool->free_place - 1;
  struct id_place *place = &pool->places[socket->number];
  pool->free_place = place->next_free;
  place->socket = socket;
  socket->idle_since_ms = now_ms;
  list_append(&pool->unused, &socket->unused);
  list_append(&pool->idle, &socket->idle);
  *out_socket = (uint16_t)socket->number;
  return 0;
}

void radmfa__idpool_remove_socket(struct idpool *pool, uint16_t number) {
  struct id_place *place = &pool->places[number];
  struct id_socket *socket = place->socket;
  for (uint32_t id = 0; id < socket->n_used; id++)
    if (socket->identifiers[id].older != OUT) queue_remove(pool, place_of(number, id));
  list_remove(&socket->unused);
  list_remove(&socket->idle);
  radmfa__free(pool->allocator, socket, sizeof *socket);
  *place = (struct id_place){.next_free = pool->free_place};
  pool->free_place = number + 1u;
}

bool radmfa__idpool_idle_socket(const struct idpool *pool, uint64_t now_ms, uint32_t idle_ms,
                                uint16_t *out_socket) {
  if (list_empty(&pool->idle)) return false;
  const struct id_socket *socket = CONTAINER(struct id_socket, idle, pool->idle.next);
  if (now_ms - socket->idle_since_ms < idle_ms) return false;
  *out_socket = (uint16_t)socket->number;
  return true;
}

static uint32_t take_unused(struct idpool *pool) {
  if (list_empty(&pool->unused)) return 0;
  struct id_socket *socket = CONTAINER(struct id_socket, unused, pool->unused.next);
  uint32_t id = socket->n_used++;
  if (socket->n_used == IDENTIFIERS) list_remove(&socket->unused);
  return place_of(socket->number, id);
}

static uint32_t take_rested(struct idpool *pool, uint64_t now_ms) {
  uint32_t place = pool->oldest;
  if (!place || now_ms - at(pool, place)->released_ms < pool->rest_ms) return 0;
  queue_remove(pool, place);
  return place;
}

bool radmfa__idpool_take(struct idpool *pool, uint64_t now_ms, void *owner, uint16_t *out_socket,
                         uint8_t *out_id) {
  uint32_t place = take_unused(pool);
  if (!place) place = take_rested(pool, now_ms);
  if (!place) return false;
  struct identifier *identifier = at(pool, place);
  identifier->owner = owner;
  identifier->older = OUT;
  *out_socket = (uint16_t)((place - 1) / IDENTIFIERS);
  *out_id = (uint8_t)((place - 1) % IDENTIFIERS);
  struct id_socket *socket = pool->places[*out_socket].socket;
  if (socket->n_out++ == 0) list_remove(&socket->idle);
  return true;
}

void radmfa__idpool_give(struct idpool *pool, uint16_t number, uint8_t id, uint64_t now_ms) {
  struct id_socket *socket = pool->places[number].socket;
  socket->identifiers[id].released_ms = now_ms;
  queue_append(pool, place_of(number, id));
  if (--socket->n_out) return;
  socket->idle_since_ms = now_ms;
  list_append(&pool->idle, &socket->idle);
}

void *radmfa__idpool_owner(const struct idpool *pool, uint16_t number, uint8_t id) {
  const struct id_socket *socket = number < pool->n_places ? pool->places[number].socket : NULL;
  if (!socket || socket->identifiers[id].older != OUT) return NULL;
  return socket->identifiers[id].owner;
}
