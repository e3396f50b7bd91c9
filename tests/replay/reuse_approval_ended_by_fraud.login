# "That was not me" ends the fresh approval of an earlier call.
reuse_approval 60s

   0       request A alice right id=1                 -> check_password A
   0       password ok A                              -> start_call A
   5s      factor approved A                          -> accept A; login accept approved 1
   6s      request B alice right id=2 station=x       -> check_password B
   6s      password ok B                              -> start_call B
   7s      factor fraud B                             -> reject B; login reject fraud 1
   8s      request C alice right id=3                 -> check_password C
   8s      password ok C                              -> start_call C
   9s      factor approved C                          -> accept C; login accept approved 1

calls 3
