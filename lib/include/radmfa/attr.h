/* attr.h: the numbers of RADIUS: packet codes, attribute types, limits; beside each the RFC and
 * section that assigns it. */
#ifndef RADMFA_ATTR_H
#define RADMFA_ATTR_H

#include <radmfa/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RADMFA_HEADER_SIZE 20u          /* RFC 2865 3 */
#define RADMFA_AUTHENTICATOR_SIZE 16u   /* RFC 2865 3 */
#define RADMFA_PACKET_SIZE_MAX 4096u    /* RFC 2865 3 */
#define RADMFA_ATTR_VALUE_SIZE_MAX 253u /* RFC 2865 5 */
#define RADMFA_PASSWORD_SIZE_MAX 128u   /* RFC 2865 5.2 */

typedef enum radmfa_code {
  RADMFA_ACCESS_REQUEST = 1,      /* RFC 2865 4.1 */
  RADMFA_ACCESS_ACCEPT = 2,       /* RFC 2865 4.2 */
  RADMFA_ACCESS_REJECT = 3,       /* RFC 2865 4.3 */
  RADMFA_ACCOUNTING_REQUEST = 4,  /* RFC 2866 4.1 */
  RADMFA_ACCOUNTING_RESPONSE = 5, /* RFC 2866 4.2 */
  RADMFA_ACCESS_CHALLENGE = 11,   /* RFC 2865 4.4 */
  RADMFA_STATUS_SERVER = 12,      /* RFC 5997 4.1 */
  RADMFA_DISCONNECT_REQUEST = 40, /* RFC 5176 3.2 */
  RADMFA_COA_REQUEST = 43,        /* RFC 5176 3.3 */
} radmfa_code;

/* X(NAME, type, "Name as the RFCs write it", "where") */
#define RADMFA_ATTR_MAP(X)                                                     \
  X(USER_NAME, 1, "User-Name", "RFC 2865 5.1")                                 \
  X(USER_PASSWORD, 2, "User-Password", "RFC 2865 5.2")                         \
  X(CHAP_PASSWORD, 3, "CHAP-Password", "RFC 2865 5.3")                         \
  X(NAS_IP_ADDRESS, 4, "NAS-IP-Address", "RFC 2865 5.4")                       \
  X(NAS_PORT, 5, "NAS-Port", "RFC 2865 5.5")                                   \
  X(SERVICE_TYPE, 6, "Service-Type", "RFC 2865 5.6")                           \
  X(FRAMED_PROTOCOL, 7, "Framed-Protocol", "RFC 2865 5.7")                     \
  X(FRAMED_IP_ADDRESS, 8, "Framed-IP-Address", "RFC 2865 5.8")                 \
  X(FRAMED_IP_NETMASK, 9, "Framed-IP-Netmask", "RFC 2865 5.9")                 \
  X(FRAMED_ROUTING, 10, "Framed-Routing", "RFC 2865 5.10")                     \
  X(FILTER_ID, 11, "Filter-Id", "RFC 2865 5.11")                               \
  X(FRAMED_MTU, 12, "Framed-MTU", "RFC 2865 5.12")                             \
  X(FRAMED_COMPRESSION, 13, "Framed-Compression", "RFC 2865 5.13")             \
  X(LOGIN_IP_HOST, 14, "Login-IP-Host", "RFC 2865 5.14")                       \
  X(LOGIN_SERVICE, 15, "Login-Service", "RFC 2865 5.15")                       \
  X(LOGIN_TCP_PORT, 16, "Login-TCP-Port", "RFC 2865 5.16")                     \
  X(REPLY_MESSAGE, 18, "Reply-Message", "RFC 2865 5.18")                       \
  X(CALLBACK_NUMBER, 19, "Callback-Number", "RFC 2865 5.19")                   \
  X(CALLBACK_ID, 20, "Callback-Id", "RFC 2865 5.20")                           \
  X(FRAMED_ROUTE, 22, "Framed-Route", "RFC 2865 5.22")                         \
  X(FRAMED_IPX_NETWORK, 23, "Framed-IPX-Network", "RFC 2865 5.23")             \
  X(STATE, 24, "State", "RFC 2865 5.24")                                       \
  X(CLASS, 25, "Class", "RFC 2865 5.25")                                       \
  X(VENDOR_SPECIFIC, 26, "Vendor-Specific", "RFC 2865 5.26")                   \
  X(SESSION_TIMEOUT, 27, "Session-Timeout", "RFC 2865 5.27")                   \
  X(IDLE_TIMEOUT, 28, "Idle-Timeout", "RFC 2865 5.28")                         \
  X(TERMINATION_ACTION, 29, "Termination-Action", "RFC 2865 5.29")             \
  X(CALLED_STATION_ID, 30, "Called-Station-Id", "RFC 2865 5.30")               \
  X(CALLING_STATION_ID, 31, "Calling-Station-Id", "RFC 2865 5.31")             \
  X(NAS_IDENTIFIER, 32, "NAS-Identifier", "RFC 2865 5.32")                     \
  X(PROXY_STATE, 33, "Proxy-State", "RFC 2865 5.33")                           \
  X(LOGIN_LAT_SERVICE, 34, "Login-LAT-Service", "RFC 2865 5.34")               \
  X(LOGIN_LAT_NODE, 35, "Login-LAT-Node", "RFC 2865 5.35")                     \
  X(LOGIN_LAT_GROUP, 36, "Login-LAT-Group", "RFC 2865 5.36")                   \
  X(FRAMED_APPLETALK_LINK, 37, "Framed-AppleTalk-Link", "RFC 2865 5.37")       \
  X(FRAMED_APPLETALK_NETWORK, 38, "Framed-AppleTalk-Network", "RFC 2865 5.38") \
  X(FRAMED_APPLETALK_ZONE, 39, "Framed-AppleTalk-Zone", "RFC 2865 5.39")       \
  X(CHAP_CHALLENGE, 60, "CHAP-Challenge", "RFC 2865 5.40")                     \
  X(NAS_PORT_TYPE, 61, "NAS-Port-Type", "RFC 2865 5.41")                       \
  X(PORT_LIMIT, 62, "Port-Limit", "RFC 2865 5.42")                             \
  X(LOGIN_LAT_PORT, 63, "Login-LAT-Port", "RFC 2865 5.43")                     \
  X(TUNNEL_TYPE, 64, "Tunnel-Type", "RFC 2868 3.1")                            \
  X(TUNNEL_MEDIUM_TYPE, 65, "Tunnel-Medium-Type", "RFC 2868 3.2")              \
  X(TUNNEL_CLIENT_ENDPOINT, 66, "Tunnel-Client-Endpoint", "RFC 2868 3.3")      \
  X(TUNNEL_SERVER_ENDPOINT, 67, "Tunnel-Server-Endpoint", "RFC 2868 3.4")      \
  X(TUNNEL_PASSWORD, 69, "Tunnel-Password", "RFC 2868 3.5")                    \
  X(ARAP_PASSWORD, 70, "ARAP-Password", "RFC 2869 5.4")                        \
  X(CONNECT_INFO, 77, "Connect-Info", "RFC 2869 5.11")                         \
  X(EAP_MESSAGE, 79, "EAP-Message", "RFC 3579 3.1")                            \
  X(MESSAGE_AUTHENTICATOR, 80, "Message-Authenticator", "RFC 3579 3.2")        \
  X(TUNNEL_PRIVATE_GROUP_ID, 81, "Tunnel-Private-Group-ID", "RFC 2868 3.6")    \
  X(NAS_PORT_ID, 87, "NAS-Port-Id", "RFC 2869 5.17")                           \
  X(FRAMED_POOL, 88, "Framed-Pool", "RFC 2869 5.18")                           \
  X(NAS_IPV6_ADDRESS, 95, "NAS-IPv6-Address", "RFC 3162 2.1")                  \
  X(FRAMED_INTERFACE_ID, 96, "Framed-Interface-Id", "RFC 3162 2.2")            \
  X(FRAMED_IPV6_PREFIX, 97, "Framed-IPv6-Prefix", "RFC 3162 2.3")              \
  X(ERROR_CAUSE, 101, "Error-Cause", "RFC 5176 3.5")                           \
  X(EXTENDED_1, 241, "Extended-Attribute-1", "RFC 6929 3.1")                   \
  X(EXTENDED_2, 242, "Extended-Attribute-2", "RFC 6929 3.2")                   \
  X(EXTENDED_3, 243, "Extended-Attribute-3", "RFC 6929 3.3")                   \
  X(EXTENDED_4, 244, "Extended-Attribute-4", "RFC 6929 3.4")                   \
  X(EXTENDED_5, 245, "Extended-Attribute-5", "RFC 6929 3.5")                   \
  X(EXTENDED_6, 246, "Extended-Attribute-6", "RFC 6929 3.6")

typedef enum radmfa_attr_type {
#define RADMFA_ATTR_ENUM(name, type, text, where) RADMFA_ATTR_##name = type,
  RADMFA_ATTR_MAP(RADMFA_ATTR_ENUM)
#undef RADMFA_ATTR_ENUM
} radmfa_attr_type;

#define RADMFA_VENDOR_MICROSOFT 311u /* RFC 2548 2; its types used here: */
typedef enum radmfa_microsoft_type {
  RADMFA_MS_CHAP_RESPONSE = 1,   /* RFC 2548 2.1.3 */
  RADMFA_MS_CHAP_CHALLENGE = 11, /* RFC 2548 2.1.2 */
  RADMFA_MS_CHAP_MPPE_KEYS = 12, /* RFC 2548 2.4.1 */
  RADMFA_MS_MPPE_SEND_KEY = 16,  /* RFC 2548 2.4.2 */
  RADMFA_MS_MPPE_RECV_KEY = 17,  /* RFC 2548 2.4.3 */
  RADMFA_MS_CHAP2_RESPONSE = 25, /* RFC 2548 2.3.2 */
} radmfa_microsoft_type;

/* radmfa_code_name and radmfa_attr_name give the RFCs' name of a number, or NULL where the
 * library has none. Any thread. */
RADMFA_API const char *radmfa_code_name(uint8_t code);
RADMFA_API const char *radmfa_attr_name(uint8_t type);

#ifdef __cplusplus
}
#endif
#endif
