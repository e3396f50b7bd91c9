# A retransmission comes from the same address and port to the same socket; else it joins, and has its own reply.
   0       request A alice right id=7                               -> check_password A
   10ms    password ok A                                            -> start_call A
   1s      request B alice right id=7 socket=1                      -> nothing
   1s      request C alice right id=7 peer=10.0.1.23:40001          -> nothing
   3s      factor approved A     -> accept A; accept B; accept C; login accept approved 3

calls 1
