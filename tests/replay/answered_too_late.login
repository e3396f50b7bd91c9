# The phone rings to the end: rejected just before the client gives up, the call ended; an answer after that changes nothing.
timeout 30s

#  at      event                          -> expected
   0       request A alice right          -> check_password A
   40ms    password ok A                  -> start_call A
   29s     clock                          -> cancel_call A; reject A; login reject deadline 1
   31s     factor approved A              -> nothing

calls 1
