/* harden.h: for programs that hold secrets. */
#ifndef RADMFAD_HARDEN_H
#define RADMFAD_HARDEN_H

/* process_harden: not dumpable, no core file. Called first in main. */
void process_harden(void);

#endif
