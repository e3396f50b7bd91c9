# alice, ALICE, CORP\alice and alice@corp.example are one user to the telephone, once the primary has said that they are one person: only
# the name as typed, in either case, joins before that.
   0       request A alice right id=1                     -> check_password A
   10ms    password ok A identity=alice                   -> start_call A
   1s      request B ALICE right id=2                     -> nothing
   1s      request C CORP\alice right id=3                -> check_password C
   1s      password ok C identity=alice                   -> nothing
   1s      request D Alice@corp.example right id=4        -> check_password D
   1s      password ok D identity=alice                   -> nothing
   1s      request E alicia right id=5                    -> check_password E
   1500ms  password unknown E                             -> nothing
   2s      clock                                          -> reject E; login reject unknown_user 1
   4s      factor approved A          -> accept A; accept B; accept C; accept D; login accept approved 4

calls 1
