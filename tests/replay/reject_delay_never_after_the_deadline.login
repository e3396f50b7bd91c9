# A delay that is longer than the client waits ends just before the client gives up.
timeout 10s reject_delay 60s

   0       request A alice guess          -> check_password A
   1s      password wrong A               -> nothing
   9s      clock                          -> reject A; login reject wrong_password 1

calls 0
