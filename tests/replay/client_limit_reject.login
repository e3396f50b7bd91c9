# Over the client's limit with on_unavailable: accept: rejected at once, and nothing is kept.
client_pending 1 unavailable accept

   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B bob right id=2 proxy_state=x,y       -> reject B; drop limit
   2s      factor approved A              -> accept A; login accept approved 1
   3s      again B                        -> check_password B
   3s      password ok B                  -> start_call B
   4s      factor approved B              -> accept B; login accept approved 1

calls 2
