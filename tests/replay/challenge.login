# The primary asks for more: Access-Challenge with its attributes; the factor waits for the final yes.
   0       request A alice right id=1                 -> check_password A
   50ms    password challenge A 24=state 18=code?     -> challenge A 24=state 18=code?; login challenge challenged 1
   1s      again A                                    -> challenge A 24=state 18=code? again
   9s      request B alice 123456 id=2                -> check_password B
   9s      password ok B                              -> start_call B
   12s     factor approved B                          -> accept B; login accept approved 1

calls 1
