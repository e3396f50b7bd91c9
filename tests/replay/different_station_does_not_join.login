# The same name and password from another workstation, or from one that is not named, is another login.
   0       request A alice right id=1 station=desk        -> check_password A
   10ms    password ok A                                  -> start_call A
   1s      request B alice right id=2 station=laptop      -> check_password B
   1010ms  password ok B                                  -> start_call B
   2s      request C alice right id=3                     -> check_password C
   2010ms  password ok C                                  -> start_call C
   3s      request D alice right id=4 station=desk        -> nothing
   4s      factor approved A                              -> accept A; accept D; login accept approved 2
   5s      factor denied B                                -> reject B; login reject denied 1
   6s      factor denied C                                -> reject C; login reject denied 1

calls 3
