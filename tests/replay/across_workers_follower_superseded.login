# A follower at another engine is superseded: by one that joins too, then by one that does not. The leader still waits himself.
engines 2

   0       request A alice right id=1                         -> check_password A
   10ms    password ok A                                      -> start_call A
   1s      request B alice right id=7 engine=1                -> nothing
   2s      request C alice right id=7 engine=1                -> nothing
   3s      request D bob right id=7 engine=1                  -> check_password D
   3100ms  password unknown D                                 -> nothing
   4s      clock                                              -> reject D; login reject unknown_user 1
   5s      factor approved A                                  -> accept A; login accept approved 1

calls 1
