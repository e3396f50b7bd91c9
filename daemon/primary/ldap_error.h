/* ldap_error.h: how a connection to a directory ended, in words for the log and for --check. */
#ifndef RADMFAD_PRIMARY_LDAP_ERROR_H
#define RADMFAD_PRIMARY_LDAP_ERROR_H

/* `error` as in ldap_connection.h; 0: the server ended it itself. A constant text. */
const char *ldap_error_text(int error);

#endif
