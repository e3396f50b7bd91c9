/* pages.h: the handlers of routes.c: each looks at a request and ends with one response. What
 * somebody may do is decided by radmfad; a page only shows no more than it need. */
#ifndef PORTAL_PAGES_H
#define PORTAL_PAGES_H

struct request;

/* pages.c */
void page_file(struct request *request);
void page_sign_in(struct request *request);
void page_post_sign_in(struct request *request);
void page_post_sign_out(struct request *request);
void page_post_language(struct request *request);
void page_home(struct request *request);

/* pages_verify.c */
void page_verify(struct request *request);
void page_post_verify_call(struct request *request);
void page_post_verify_code(struct request *request);
void page_call(struct request *request);
void page_post_call_stop(struct request *request);

/* pages_enrol.c */
void page_invite(struct request *request);
void page_post_invite(struct request *request);
void page_number(struct request *request);
void page_post_number(struct request *request);
void page_pin(struct request *request);
void page_post_pin(struct request *request);
void page_factor(struct request *request);
void page_post_factor(struct request *request);

/* pages_app.c */
void page_app(struct request *request);
void page_post_app_begin(struct request *request);
void page_post_app_confirm(struct request *request);
void page_post_app_remove(struct request *request);

/* pages_logins.c */
void page_logins(struct request *request);
void page_post_report(struct request *request);
void page_pending(struct request *request);
void page_post_hangup(struct request *request);
void page_history(struct request *request);
void page_history_csv(struct request *request);

/* pages_users.c */
void page_users(struct request *request);
void page_user(struct request *request);
void page_post_block(struct request *request);
void page_post_unblock(struct request *request);
void page_post_bypass(struct request *request);
void page_post_user_invite(struct request *request);

#endif
