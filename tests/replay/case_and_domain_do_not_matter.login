# alice, ALICE, CORP\alice and alice@corp.example are one user to the telephone.
   0       request A alice right id=1                     -> check_password A
   10ms    password ok A                                  -> start_call A
   1s      request B ALICE right id=2                     -> nothing
   1s      request C CORP\alice right id=3                -> nothing
   1s      request D Alice@corp.example right id=4        -> nothing
   1s      request E alicia right id=5                    -> check_password E
   1500ms  password unknown E                             -> nothing
   2s      clock                                          -> reject E; login reject unknown_user 1
   4s      factor approved A          -> accept A; accept B; accept C; accept D; login accept approved 4

calls 1
