# Two workers, one login: the follower waits at the other engine, and each gets his own reply from his own.
engines 2

   0       request A alice right id=1                         -> check_password A
   10ms    password ok A 25=staff                             -> start_call A
   3s      request B alice right id=1 engine=1                -> nothing
   4s      request C alice right id=2 engine=1 filler=900     -> nothing
   5s      factor approved A   -> accept A 25=staff; accept B 25=staff; accept C 25=staff; login accept approved 3
   6s      again B                                            -> accept B 25=staff again

calls 1
