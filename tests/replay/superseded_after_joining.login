# The same address and id with a new authenticator: it joins first, then the old waiter is dropped; the call goes on for the new one.
   0       request A alice right id=7     -> check_password A
   10ms    password ok A                  -> start_call A
   3s      request B alice right id=7     -> nothing
   4s      again A                        -> nothing
   5s      factor approved A              -> accept B; login accept approved 1
   6s      again B                        -> accept B again
   6s      again A                        -> nothing

calls 1
