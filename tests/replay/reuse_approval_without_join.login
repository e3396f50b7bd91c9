# reuse_approval works on a policy without join too.
join off reuse_approval 10s

   0       request A alice right id=1     -> check_password A
   0       password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1
   6s      request B alice other id=2     -> check_password B
   6s      password ok B                  -> start_call B
   7s      request C alice right id=3     -> check_password C
   7s      password ok C                  -> accept C; login accept reused_approval 1
   8s      factor approved B              -> accept B; login accept approved 1

calls 2
