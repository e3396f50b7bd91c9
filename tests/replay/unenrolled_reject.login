# A user without any of the factors: refused like a wrong password, after the delay.
   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   20ms    factor not_enrolled A          -> nothing
   1s      clock                          -> reject A; login reject unenrolled 1

calls 1
