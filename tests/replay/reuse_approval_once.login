# An approval is good for one more request with the same key, and only one; the password is checked each time.
reuse_approval 10s

   0       request A alice right id=1     -> check_password A
   0       password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1
   9s      request B alice right id=2     -> check_password B
   9s      password ok B                  -> accept B; login accept reused_approval 1
   10s     request C alice right id=3     -> check_password C
   10s     password ok C                  -> start_call C
   12s     factor denied C                -> reject C; login reject denied 1

calls 2
