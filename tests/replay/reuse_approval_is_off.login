# By default an approval is good for nothing but its own login.
   0       request A alice right id=1     -> check_password A
   0       password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1
   5s      request B alice right id=2     -> check_password B
   5s      password ok B                  -> start_call B
   6s      factor approved B              -> accept B; login accept approved 1

calls 2
