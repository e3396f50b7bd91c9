# Pending logins end under the policy they began with; new ones go by the new.
   0       request A alice right id=1     -> check_password A
   10ms    password ok A                  -> start_call A
   1s      reload timeout 10s unavailable reject reject_delay 0       -> nothing
   2s      request B bob guess id=2       -> check_password B
   2100ms  password wrong B               -> reject B; login reject wrong_password 1
   3s      request C carol right id=3     -> check_password C
   3s      password ok C                  -> start_call C
   12s     clock                          -> cancel_call C; reject C; login reject deadline 1
   20s     factor unavailable A           -> login silent factor_unavailable 1

calls 2
