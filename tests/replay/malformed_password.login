# A User-Password that RFC 2865 5.2 does not allow is no password, whatever the policy.
   0       request A alice - id=1 password_octets=15                  -> drop malformed
   1s      reload join off                                            -> nothing
   1s      request B alice - id=2 password_octets=17                  -> drop malformed
   2s      reload factors none                                        -> nothing
   2s      request C alice - id=3 password_octets=5                   -> drop malformed

calls 0
