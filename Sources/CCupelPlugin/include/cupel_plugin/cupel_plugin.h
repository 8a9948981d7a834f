/* The stable plugin ABI of Cupel. docs/abi.md is its contract in prose; Plugins/template is a plugin to copy. */
#ifndef CUPEL_PLUGIN_H
#define CUPEL_PLUGIN_H

#include "base.h"
#include "decoder.h"
#include "judge.h"
#include "logprobs.h"
#include "media.h"
#include "probe.h"

#endif
