# Every trunk is down: silence by default. The primary was asked, so a retransmission is swallowed.
   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      request B alice right id=2     -> nothing
   4s      factor unavailable A           -> login silent factor_unavailable 2
   5s      again A                        -> nothing
   5s      again B                        -> nothing

calls 1
