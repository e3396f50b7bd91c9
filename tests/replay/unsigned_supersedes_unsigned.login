# Where nobody signs, a new authenticator supersedes as ever; a signed one supersedes both kinds.
message_authenticator off

   0       request A alice right id=7 unsigned       -> check_password A
   10ms    password ok A                             -> start_call A
   1s      request B bob right id=7 unsigned         -> check_password B; cancel_call A; login silent superseded 0
   2s      request C carol right id=7                -> check_password C; cancel_primary B; login silent superseded 0
   2100ms  password ok C                             -> start_call C
   3s      factor denied C                           -> reject C; login reject denied 1

calls 2
