/* pages_verify.c: showing that it is you, and how a call goes. */
#include "pages.h"

#include "calls.h"
#include "messages.h"
#include "request.h"
#include "view.h"

#include <string.h>

static void show_verify(struct request *request, unsigned status, const char *error) {
  json_t *view = request_view(request, "title_verify");
  view_put(view, "error", error);
  view_put_me(view, request->me);
  request_show(request, status, "verify", view);
}

void page_verify(struct request *request) {
  show_verify(request, MHD_HTTP_OK, NULL);
}

void page_post_verify_call(struct request *request) {
  json_t *question = json_pack("{s:s, s:s}", "do", "verify_call", "session", request->token);
  /* One that is under way already is shown; radmfad's not being there is seen by the page, too. */
  (void)calls_begin(request->portal->calls, request->token, CALL_FOR_VERIFYING, question,
                    request->portal->now_ms);
  request_redirect(request, "/call");
}

static void on_code(struct request *request, const struct answer *answer) {
  if (answer->ok) {
    request_redirect(request, "/?done=verified");
  } else if (!strcmp(answer->error, "wrong")) {
    show_verify(request, MHD_HTTP_FORBIDDEN, "code_wrong");
  } else if (!strcmp(answer->error, "limit")) {
    show_verify(request, MHD_HTTP_TOO_MANY_REQUESTS, "code_limit");
  } else {
    request_fail(request, answer->error);
  }
}

void page_post_verify_code(struct request *request) {
  const char *code = form_get(&request->form, "code");
  if (*code) {
    request_ask(request, "verify_passcode", json_pack("{s:s}", "code", code), on_code);
  } else {
    show_verify(request, MHD_HTTP_FORBIDDEN, "code_wrong");
  }
}

/* ---- the call ---- */

/* Which of the three steps has been reached. */
static void put_steps(json_t *view, const struct call *call) {
  static const char *const steps[] = {"calling", "ringing", "answered", "verified"};
  size_t reached = 0;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (!strcmp(call->word, steps[i])) reached = i + 1;
  }
  view_put_flag(view, "did_call", reached >= 1);
  view_put_flag(view, "did_ring", reached >= 2);
  view_put_flag(view, "did_answer", reached >= 3);
  view_put_flag(view, "is_good", reached == 4);
}

void page_call(struct request *request) {
  struct call call;
  json_t *view;
  if (!calls_find(request->portal->calls, request->token, request->portal->now_ms, &call)) {
    request_redirect(request, "/");
    return;
  }
  view = request_view(request, "title_call");
  put_steps(view, &call);
  view_put(view, "word", messages_key("call_", call.word));
  view_put_flag(view, "is_over", call.is_over);
  view_put_flag(view, "is_for_number", call.purpose == CALL_FOR_NUMBER);
  view_put_flag(view, "refresh", !call.is_over);
  view_put_flag(view, "live", !call.is_over);
  request_show(request, MHD_HTTP_OK, "call", view);
}

static void on_stopped(struct request *request, const struct answer *answer) {
  (void)answer; /* how the call ends is shown by its page */
  request_redirect(request, "/call");
}

void page_post_call_stop(struct request *request) {
  request_ask(request, "stop_call", NULL, on_stopped);
}
