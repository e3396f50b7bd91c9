#include "sockets.h"

#include "control/portal.h"
#include "control/verbs.h"

#include <stdlib.h>

struct sockets {
  struct control_world world;
  struct control *control; /* the administrators'; NULL: there is none */
  struct portal *portal;   /* or NULL */
};

static struct place whole_file(const struct config *config) {
  return (struct place){.file = config->file};
}

static bool open_control(struct sockets *sockets, const struct config *config, struct diag *diag) {
  char error[CONTROL_ERROR_SIZE];
  bool has_group;
  if (!config->control_path) return true;
  const struct control_options options = {.path = config->control_path,
                                          .group = config->control_group,
                                          .thread = "control",
                                          .verbs = control_verbs,
                                          .n_verbs = control_verbs_count,
                                          .context = &sockets->world};
  sockets->control = control_new(&options, &has_group, error);
  if (!sockets->control || !control_start(sockets->control)) {
    diag_error(diag, whole_file(config), "control: %s",
               sockets->control ? "no thread is to be had" : error);
    return false;
  }
  if (!has_group)
    diag_warn(
        diag, whole_file(config),
        "control: only this user can use %s: there is no group `%s`, or he cannot give it to that",
        config->control_path, config->control_group);
  return true;
}

static bool open_portal(struct sockets *sockets, const struct config *config, struct diag *diag) {
  const struct config_portal *portal = &config->portal;
  char error[CONTROL_ERROR_SIZE];
  bool has_group;
  if (!portal->path) return true;
  sockets->portal = portal_new(portal, &sockets->world, &has_group, error);
  if (!sockets->portal)
    diag_error(diag, whole_file(config), "portal: %s", error);
  else if (!has_group)
    diag_warn(
        diag, whole_file(config),
        "portal: only this user can use %s: there is no group `%s`, or he cannot give it to that",
        portal->path, portal->group);
  return sockets->portal;
}

struct sockets *sockets_new(const struct config *config, const struct control_world *world,
                            struct diag *diag) {
  struct sockets *sockets = calloc(1, sizeof *sockets);
  if (!sockets) {
    diag_error(diag, whole_file(config), "out of memory");
    return NULL;
  }
  sockets->world = *world;
  if (open_control(sockets, config, diag) && open_portal(sockets, config, diag)) return sockets;
  sockets_free(sockets);
  return NULL;
}

void sockets_free(struct sockets *sockets) {
  if (!sockets) return;
  portal_free(sockets->portal);
  control_free(sockets->control);
  free(sockets);
}
