/* SPDX-License-Identifier: Apache-2.0 */
/* The files of engines and runtimes: stores, states, configuration files. */
#ifndef ENGINES_H
#define ENGINES_H

#include "containerdfiles.h"
#include "containerdtoml.h"
#include "containers.h"
#include "containersconf.h"
#include "daemonjson.h"
#include "daemonwords.h"
#include "distributions.h"
#include "filtercache.h"
#include "hooksd.h"
#include "identity.h"
#include "image.h"
#include "lastwords.h"
#include "named.h"
#include "otherroots.h"
#include "roots.h"
#include "runtimejson.h"
#include "runtimestate.h"
#include "store.h"
#include "toml.h"
#include "wiring.h"

#endif
