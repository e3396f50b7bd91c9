# New logins get silence, and so does Status-Server; retransmissions, kept replies and who joins a pending login are served.
   0       request A alice right id=1         -> check_password A
   0       request B bob right id=2           -> check_password B
   10ms    password ok A                      -> start_call A
   10ms    password ok B                      -> start_call B
   1s      factor approved B                  -> accept B; login accept approved 1
   2s      drain                              -> nothing
   3s      again A                            -> nothing
   3s      again B                            -> accept B again
   3s      request C alice right id=3         -> nothing
   3s      request D dave right id=4          -> drop draining
   3s      request S - - id=5 status          -> drop draining
   4s      factor approved A                  -> accept A; accept C; login accept approved 2
   5s      again D                            -> drop draining

calls 2
