/* sip_caller.c: places one call through the SIP stack and prints what becomes of it, a line each;
 * or probes the trunk. For tests/interop, against telephones that know nothing of us.
 *
 *   sip_caller [-c CA_FILE] [-u USER -p PASSWORD] [-x PROXY] [-h MS] [-o] [-r] URI [NUMBER]
 *
 * -h: hang up so long after the call began, or after the answer with -H; -o: OPTIONS, no call;
 * -r: register first. It ends when the call has ended. */
#include "factor/sip.h"
#include "thread.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFER                                                                 \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" \
  "m=audio 20000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

struct caller {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_answered, is_registered, is_over;
};

static void print_probe(const struct sip_event *event) {
  const struct sip_probe *probe = event->probe;
  printf("probed %u%s %s %s \"%s\" \"%s\" %s\n", event->status, event->is_local ? " local" : "",
         probe->transport, probe->address, probe->tls_version, probe->certificate,
         probe->not_after_sec ? "expires" : "");
}

static void print_event(const struct sip_event *event) {
  static const char *const names[] = {"trying", "ringing",    "answered",     "offered", "key",
                                      "ended",  "registered", "unregistered", "probed"};
  if (event->kind == SIP_EVENT_PROBED)
    print_probe(event);
  else if (event->kind == SIP_EVENT_KEY)
    printf("key %c\n", event->key);
  else
    printf("%s %u%s %s%s\n", names[event->kind], event->status, event->is_local ? " local" : "",
           event->reason, event->sdp.len ? " with SDP" : "");
  (void)fflush(stdout);
}

static void on_event(const struct sip_event *event, void *user) {
  struct caller *caller = user;
  print_event(event);
  pthread_mutex_lock(&caller->lock);
  caller->is_answered |= event->kind == SIP_EVENT_ANSWERED;
  caller->is_registered |= event->kind == SIP_EVENT_REGISTERED;
  caller->is_over |= event->kind == SIP_EVENT_ENDED || event->kind == SIP_EVENT_PROBED ||
                     event->kind == SIP_EVENT_UNREGISTERED;
  pthread_cond_broadcast(&caller->changed);
  pthread_mutex_unlock(&caller->lock);
}

static void wait_for(struct caller *caller, const bool *what, uint64_t until_ms) {
  pthread_mutex_lock(&caller->lock);
  while (!*what && !caller->is_over && thread_now_ms() < until_ms)
    thread_wait_until(&caller->changed, &caller->lock, until_ms);
  pthread_mutex_unlock(&caller->lock);
}

struct arguments {
  struct sip_trunk trunk;
  struct sip_options options;
  uint64_t hang_up_ms;
  bool after_answer, probes;
  const char *number;
};

static bool read_arguments(int argc, char **argv, struct arguments *out) {
  for (int letter; (letter = getopt(argc, argv, "c:u:p:x:h:H:or")) != -1;) switch (letter) {
      case 'c': out->options.ca_file = optarg; break;
      case 'u': out->trunk.user = optarg; break;
      case 'p': out->trunk.password = radmfa_text(optarg); break;
      case 'x': out->trunk.proxy = optarg; break;
      case 'H':
      case 'h':
        out->after_answer = letter == 'H';
        out->hang_up_ms = strtoul(optarg, NULL, 10);
        break;
      case 'o': out->probes = true; break;
      case 'r': out->trunk.registers = true; break;
      default: return false;
    }
  if (optind >= argc) return false;
  out->trunk.uri = argv[optind];
  out->number = optind + 1 < argc ? argv[optind + 1] : "+15557654321";
  return true;
}

static bool place_call(struct caller *caller, struct sip *sip, const struct arguments *arguments) {
  struct sip_call call = {.call = 1, .number = arguments->number, .sdp = radmfa_text(OFFER)};
  if (arguments->trunk.registers) wait_for(caller, &caller->is_registered, UINT64_MAX);
  if (!sip_call(sip, &call)) return false;
  if (!arguments->hang_up_ms) return true;
  if (arguments->after_answer) wait_for(caller, &caller->is_answered, UINT64_MAX);
  wait_for(caller, &caller->is_over, thread_now_ms() + arguments->hang_up_ms);
  return sip_hang_up(sip, 1);
}

int main(int argc, char **argv) {
  struct caller caller = {.lock = PTHREAD_MUTEX_INITIALIZER};
  struct arguments arguments = {.options = {.from = "+15551230000",
                                            .display_name = "Sign-in \"help\"",
                                            .asserts_identity = true,
                                            .n_trunks = 1,
                                            .on_event = on_event,
                                            .user = &caller}};
  struct sip *sip;
  if (!thread_wait_init(&caller.changed) || !read_arguments(argc, argv, &arguments)) return 2;
  arguments.options.trunks = &arguments.trunk;
  int error = sip_new(&arguments.options, &sip);
  if (error) {
    printf("error %d\n", error);
    return 1;
  }
  bool ok = arguments.probes ? sip_probe(sip, 0) : place_call(&caller, sip, &arguments);
  if (ok) wait_for(&caller, &caller.is_over, UINT64_MAX);
  sip_free(sip);
  return ok ? 0 : 1;
}
