# A retry of the same packet while the phone rings is absorbed; after the answer the kept reply is sent again.
   0       request A alice right id=7     -> check_password A
   100ms   again A                        -> nothing
   200ms   password ok A                  -> start_call A
   3s      again A                        -> nothing
   6s      again A                        -> nothing
   8s      factor approved A              -> accept A; login accept approved 1
   9s      again A                        -> accept A again

calls 1
