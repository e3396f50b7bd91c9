# Over the client's limit: refused before anything is kept, silent by default; a retransmission is a fresh try. Status-Server is exempt.
client_pending 1

   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B bob right id=2       -> drop limit
   1s      request S - - id=3 status      -> accept S
   1s      request D dave right id=2 peer=10.0.2.23:4000      -> check_password D
   1100ms  password ok D                  -> start_call D
   2s      factor approved A              -> accept A; login accept approved 1
   3s      again B                        -> check_password B
   3s      password ok B                  -> start_call B
   4s      factor approved B              -> accept B; login accept approved 1
   4s      factor approved D              -> accept D; login accept approved 1

calls 3
