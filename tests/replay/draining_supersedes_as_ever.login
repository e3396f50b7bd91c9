# Same address and id with a new authenticator, while draining: joined, then the old waiter is dropped.
   0       request A alice right id=7         -> check_password A
   10ms    password ok A                      -> start_call A
   2s      drain                              -> nothing
   3s      request B alice right id=7         -> nothing
   4s      factor approved A                  -> accept B; login accept approved 1

calls 1
