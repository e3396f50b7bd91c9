#include "choose.h"

#include "core.h"

static uint32_t lowest(uint32_t servers) {
  return (uint32_t)__builtin_ctz(servers);
}

static uint32_t least_outstanding(const struct health *servers, uint32_t among) {
  uint32_t best = lowest(among);
  for (uint32_t rest = among; rest; rest &= rest - 1)
    if (servers[lowest(rest)].outstanding < servers[best].outstanding) best = lowest(rest);
  return best;
}

/* `among` is a bit for each server that is in question, one at least. */
static uint32_t pick(radmfa_strategy strategy, const struct health *servers, uint32_t among,
                     uint32_t *inout_turn) {
  if (strategy == RADMFA_STRATEGY_LEAST_OUTSTANDING) return least_outstanding(servers, among);
  if (strategy == RADMFA_STRATEGY_FAILOVER) return lowest(among);
  uint32_t from_turn = among >> *inout_turn << *inout_turn;
  uint32_t chosen = lowest(from_turn ? from_turn : among);
  *inout_turn = (chosen + 1) % CHOOSE_MAX;
  return chosen;
}

static bool is_trial_due(const struct health *health, uint64_t now_ms) {
  return health->state == HEALTH_DEAD && !health->can_be_probed && now_ms >= health->trial_ms;
}

/* How willing a server that is alive seems to be: the higher, the later it is chosen. */
enum tier { TIER_WILLING, TIER_SUSPECTED, TIER_REFUSING, TIER_COUNT };

static enum tier tier_of(const struct health *health, uint64_t now_ms) {
  if (now_ms < health->refused_until_ms) return TIER_REFUSING;
  return health->state == HEALTH_SUSPECTED ? TIER_SUSPECTED : TIER_WILLING;
}

int radmfa__choose(radmfa_strategy strategy, const struct health *servers, uint32_t n_servers,
                   uint32_t *inout_turn, uint32_t tried, uint64_t now_ms) {
  uint32_t tiers[TIER_COUNT] = {0};
  for (uint32_t i = 0; i < n_servers; i++) {
    uint32_t bit = (uint32_t)1 << i;
    if (tried & bit) continue;
    if (is_trial_due(&servers[i], now_ms)) return (int)i;
    if (servers[i].state != HEALTH_DEAD) tiers[tier_of(&servers[i], now_ms)] |= bit;
  }
  for (unsigned tier = 0; tier < TIER_COUNT; tier++)
    if (tiers[tier]) return (int)pick(strategy, servers, tiers[tier], inout_turn);
  return CHOOSE_NONE;
}
