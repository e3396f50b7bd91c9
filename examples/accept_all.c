/* accept_all: a RADIUS server that lets everyone in.   accept_all [ADDRESS:PORT [SECRET [NETWORK]]]
 * Ctrl-C ends it. Requests must be signed:
 *   echo User-Name=bob,Message-Authenticator=0 | radclient 127.0.0.1 auth testing123 */
#include <radmfa/error.h>
#include <radmfa/server.h>

#include <signal.h>
#include <stdio.h>

static void on_request(radmfa_server *server, const radmfa_request *request, void *user) {
  static const uint8_t hello[] = {RADMFA_ATTR_REPLY_MESSAGE, 7, 'h', 'e', 'l', 'l', 'o'};
  radmfa_span attributes = {hello, sizeof hello};
  (void)user;
  int error = radmfa_server_reply(server, request->login_id, RADMFA_ACCESS_ACCEPT, attributes);
  printf("request from %s: %s\n", request->client, error ? radmfa_strerror(error) : "accepted");
}

static void on_signal(uv_signal_t *ctrl_c, int number) {
  (void)number;
  radmfa_server_close(ctrl_c->data, NULL, NULL);
  uv_close((uv_handle_t *)ctrl_c, NULL);
}

static int start(radmfa_server *server, const char *address, const char *secret, const char *net) {
  radmfa_prefix prefix;
  radmfa_client_options client;
  radmfa_address wanted, bound;
  char text[RADMFA_ADDRESS_TEXT_SIZE];
  radmfa_client_options_init(&client);
  client.name = net;
  client.prefixes = &prefix;
  client.n_prefixes = 1;
  client.secret = radmfa_text(secret);
  int error = radmfa_prefix_parse(net, &prefix);
  if (!error) error = radmfa_server_add_client(server, &client);
  if (!error) error = radmfa_address_parse(address, &wanted);
  if (!error) error = radmfa_server_listen(server, &wanted, &bound);
  if (!error) printf("listens on %s\n", radmfa_address_format(&bound, text));
  return error;
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_signal_t ctrl_c;
  radmfa_server *server;
  radmfa_server_options options;
  radmfa_server_options_init(&options);
  options.on_request = on_request;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (uv_signal_init(loop, &ctrl_c) || radmfa_server_new(loop, &options, &server)) return 1;
  ctrl_c.data = server;
  int error = start(server, argc > 1 ? argv[1] : "127.0.0.1:1812",
                    argc > 2 ? argv[2] : "testing123", argc > 3 ? argv[3] : "127.0.0.0/8");
  if (!error) error = uv_signal_start(&ctrl_c, on_signal, SIGINT);
  if (error) fprintf(stderr, "%s\n", error > -10000 ? uv_strerror(error) : radmfa_strerror(error));
  if (error) on_signal(&ctrl_c, 0);
  uv_run(loop, UV_RUN_DEFAULT);
  return uv_loop_close(loop) || error ? 1 : 0;
}
