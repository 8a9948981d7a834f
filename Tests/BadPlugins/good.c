/* Keeps the contract, so that a test can tell a bad plugin from a bad test. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN("good", .summary = "Keeps the contract.")
