# Over limits.kept_replies the oldest go first, but none before it is 5 s old.
kept_replies 1

   0       request A alice right          -> check_password A
   0       password ok A                  -> start_call A
   1s      factor approved A              -> accept A; login accept approved 1
   2s      request B bob right id=2       -> check_password B
   2s      password ok B                  -> start_call B
   3s      factor approved B              -> accept B; login accept approved 1
   5999ms  again A                        -> accept A again
   6s      again A                        -> check_password A
   6s      again B                        -> accept B again
   32s     again B                        -> accept B again
   49999ms clock                          -> nothing
   55s     clock                          -> cancel_primary A; login silent primary_unavailable 1

calls 2
