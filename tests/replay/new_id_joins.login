# A retry with a new identifier and authenticator waits for the same call; each gets his own reply, and each reply is kept.
   0       request A alice right id=1     -> check_password A
   50ms    password ok A                  -> start_call A
   5s      request B alice right id=2     -> nothing
   6s      again B                        -> nothing
   7s      factor approved A              -> accept A; accept B; login accept approved 2
   8s      again B                        -> accept B again
   9s      again A                        -> accept A again

calls 1
