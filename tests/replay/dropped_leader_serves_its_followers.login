# The leader's own request is superseded, those who joined are answered; new ones may still join.
engines 2

   0       request A alice right id=1                         -> check_password A
   10ms    password ok A                                      -> start_call A
   1s      request B alice right id=7 engine=1                -> nothing
   2s      request C bob right id=1                           -> check_password C
   2s      password exempt C                                  -> accept C; login accept exempt 1
   3s      request D alice right id=9                         -> nothing
   5s      factor approved A                                  -> accept B; accept D; login accept approved 2

calls 1
