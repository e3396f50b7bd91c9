# The primary's queue is full: as any limit; nobody was asked, so a retransmission is a fresh try.
   0       request A alice right          -> check_password A
   10ms    password limit A               -> drop limit
   3s      again A                        -> check_password A
   3s      password ok A                  -> start_call A
   4s      factor approved A              -> accept A; login accept approved 1

calls 1
