# on_unavailable: reject
unavailable reject

   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   4s      factor unavailable A           -> reject A; login reject factor_unavailable 1

calls 1
