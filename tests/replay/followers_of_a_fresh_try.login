# Nobody could be asked: a fresh try is due to everyone who waited, not to the first alone.
   0       request A alice right id=1     -> check_password A
   1ms     request B alice right id=2     -> nothing
   10ms    password unavailable A         -> login silent primary_unavailable 2
   3s      again B                        -> check_password B
   3s      again A                        -> nothing
   3010ms  password ok B                  -> start_call B
   5s      factor approved B              -> accept A; accept B; login accept approved 2

calls 1
