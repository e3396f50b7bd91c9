# The same address and id, but another login: the old one has nobody who waits, so its call is ended.
   0       request A alice right id=7     -> check_password A
   10ms    password ok A                  -> start_call A
   3s      request B bob right id=7       -> check_password B; cancel_call A; login silent superseded 0
   3s      factor approved A              -> nothing
   3010ms  password ok B                  -> start_call B
   5s      factor approved B              -> accept B; login accept approved 1
   5s      again A                        -> nothing

calls 2
