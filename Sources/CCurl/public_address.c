#include "ccurl.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* A block of addresses by its first bits. */
typedef struct block {
  uint8_t bits[16];
  int count;
} block;

static bool is_within(const uint8_t *address, const block *blocks, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const int whole = blocks[i].count / 8, rest = blocks[i].count % 8;
    if (memcmp(address, blocks[i].bits, (size_t)whole) != 0) continue;
    if (rest == 0 || (address[whole] ^ blocks[i].bits[whole]) >> (8 - rest) == 0) return true;
  }
  return false;
}

#define IS_WITHIN(address, blocks) is_within(address, blocks, sizeof blocks / sizeof blocks[0])

/* IANA's registry of special addresses: what is not reachable from everywhere. */
static bool is_public_v4(const uint8_t *address) {
  static const block special[] = {
      {{0}, 8},           {{10}, 8},          {{100, 64}, 10},     {{127}, 8},          {{169, 254}, 16},
      {{172, 16}, 12},    {{192, 0, 0}, 24},  {{192, 0, 2}, 24},   {{192, 88, 99}, 24}, {{192, 168}, 16},
      {{198, 18}, 15},    {{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 4},        {{240}, 4},
  };
  return !IS_WITHIN(address, special);
}

static bool is_public_v6(const uint8_t *address) {
  /* What holds an address of IPv4 is as public as that. */
  static const block mapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96};
  static const block translated = {{0, 0x64, 0xFF, 0x9B}, 96};
  if (is_within(address, &mapped, 1) || is_within(address, &translated, 1)) return is_public_v4(address + 12);
  static const block global = {{0x20}, 3};
  static const block special[] = {
      {{0x20, 0x01}, 23}, {{0x20, 0x01, 0x0D, 0xB8}, 32}, {{0x20, 0x02}, 16}, {{0x3F, 0xFF}, 20},
  };
  return is_within(address, &global, 1) && !IS_WITHIN(address, special);
}

bool ccurl_is_public(const struct sockaddr *address) {
  switch (address->sa_family) {
    case AF_INET: {
      struct sockaddr_in v4;
      memcpy(&v4, address, sizeof v4);
      return is_public_v4((const uint8_t *)&v4.sin_addr);
    }
    case AF_INET6: {
      struct sockaddr_in6 v6;
      memcpy(&v6, address, sizeof v6);
      return is_public_v6(v6.sin6_addr.s6_addr);
    }
    default: return false;
  }
}
