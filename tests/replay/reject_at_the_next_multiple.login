# A primary that took longer than reject_delay: its next multiple, so that the time says as little as can be.
   0       request A alice guess id=1     -> check_password A
   1200ms  password wrong A               -> nothing
   2s      clock                          -> reject A; login reject wrong_password 1
   3s      request B nobody x id=2        -> check_password B
   5001ms  password unknown B             -> nothing
   6s      clock                          -> reject B; login reject unknown_user 1

calls 0
