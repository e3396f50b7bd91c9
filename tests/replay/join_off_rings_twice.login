# join: off on the policy: every request is a login of its own.
join off

   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B alice right id=2     -> check_password B
   1010ms  password ok B                  -> start_call B
   2s      again A                        -> nothing
   3s      factor approved A              -> accept A; login accept approved 1
   4s      factor approved B              -> accept B; login accept approved 1

calls 2
