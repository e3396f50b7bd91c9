# The same at one engine.
   0       request A alice right id=1                         -> check_password A
   10ms    password ok A                                      -> start_call A
   1s      request B alice right id=1                         -> nothing
   2s      request C bob right id=1                           -> check_password C; cancel_call A; login silent superseded 0
   2s      password exempt C                                  -> accept C; login accept exempt 1

calls 1
