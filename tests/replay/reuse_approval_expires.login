# After reuse_approval the phone rings again; just before, it does not.
reuse_approval 10s

   0       request A alice right id=1     -> check_password A
   0       password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1
   15s     request B alice right id=2     -> check_password B
   15s     password ok B                  -> start_call B
   20s     factor approved B              -> accept B; login accept approved 1
   29999ms request C alice right id=3     -> check_password C
   29999ms password ok C                  -> accept C; login accept reused_approval 1

calls 2
