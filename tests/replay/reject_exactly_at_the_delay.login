# An answer of the primary at arrival + reject_delay to the millisecond is not too late for it.
   0       request A alice guess          -> check_password A
   1s      password wrong A               -> nothing
   1s      clock                          -> reject A; login reject wrong_password 1

calls 0
