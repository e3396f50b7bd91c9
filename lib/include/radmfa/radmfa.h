/* radmfa.h: everything libradmfa offers. Each header stands alone too; README.md says which one
 * does what. */
#ifndef RADMFA_RADMFA_H
#define RADMFA_RADMFA_H

#include <radmfa/attr.h>
#include <radmfa/auth.h>
#include <radmfa/backend.h>
#include <radmfa/base.h>
#include <radmfa/client.h>
#include <radmfa/engine.h>
#include <radmfa/error.h>
#include <radmfa/login.h>
#include <radmfa/packet.h>
#include <radmfa/proxy.h>
#include <radmfa/ruleset.h>
#include <radmfa/server.h>
#include <radmfa/stream.h>
#include <radmfa/upstream.h>
#include <radmfa/version.h>

#endif
