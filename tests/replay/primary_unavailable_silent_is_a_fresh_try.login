# No one could be asked: silence, so that the client tries its next server; the entry goes, and a retransmission is a fresh try.
   0       request A alice right          -> check_password A
   10ms    password unavailable A         -> login silent primary_unavailable 1
   3s      again A                        -> check_password A
   3010ms  password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1

calls 1
