# The leader was superseded and went on for a follower elsewhere; when that one goes too, the call is ended.
engines 2

   0       request A alice right id=1                         -> check_password A
   10ms    password ok A                                      -> start_call A
   1s      request B alice right id=7 engine=1                -> nothing
   2s      request C bob right id=1                           -> check_password C
   2s      password exempt C                                  -> accept C; login accept exempt 1
   3s      request D dave right id=7 engine=1                 -> check_password D; cancel_call A; login silent superseded 0
   4s      password exempt D                                  -> accept D; login accept exempt 1

calls 1
