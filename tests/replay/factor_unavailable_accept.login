# on_unavailable: accept lets in after the primary's yes, with a reason of its own.
unavailable accept

   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B alice right id=2     -> nothing
   4s      factor unavailable A           -> accept A; accept B; login accept factor_unavailable 2

calls 1
