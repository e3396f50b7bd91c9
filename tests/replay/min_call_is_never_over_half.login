# A client with a short timeout still gets calls: min_call is at most half of its time.
timeout 5s min_call 10s

   0       request A alice right id=1     -> check_password A
   0       request B bob right id=2       -> check_password B
   2s      password ok A                  -> start_call A
   2251ms  password ok B                  -> reject B; login reject deadline 1
   3s      factor approved A              -> accept A; login accept approved 1

calls 1
