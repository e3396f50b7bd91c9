# A packet without Message-Authenticator proves nothing: it does not push out one that had it.
message_authenticator off

   0       request A alice right id=7                -> check_password A
   10ms    password ok A                             -> start_call A
   1s      request B bob right id=7 unsigned         -> check_password B
   2s      password unknown B                        -> nothing
   2s      clock                                     -> reject B; login reject unknown_user 1
   3s      factor approved A                         -> accept A; login accept approved 1

calls 1
