/* standing.h: what a user's groups say of his second factor. */
#ifndef RADMFAD_STANDING_H
#define RADMFAD_STANDING_H

/* Zero, what a forgotten field holds, lets nobody in alone. */
enum standing {
  STANDING_REQUIRE, /* as the policy says */
  STANDING_EXEMPT,  /* let in alone */
  STANDING_REFUSE,  /* not let in at all */
};

#endif
