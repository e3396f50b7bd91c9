# An administrator ends a login while its phone rings, with all who follow it, and one whose password is being checked; then nothing rings.
engines 2
factors phone,passcode

   0       request A alice right id=1                -> check_password A
   10ms    password ok A                             -> start_call A
   1s      request B alice right id=7 engine=1       -> nothing
   2s      hang_up A                                 -> cancel_call A; reject A; reject B; login reject hung_up 2
   2s      factor approved A                         -> nothing
   3s      hang_up A                                 -> nothing
   3s      again A                                   -> reject A again
   4s      request C bob right id=2                  -> check_password C
   5s      hang_up C                                 -> cancel_primary C; reject C; login reject hung_up 1
   5s      password ok C                             -> nothing

calls 1
