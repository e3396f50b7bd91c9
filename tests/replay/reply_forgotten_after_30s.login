# A kept reply is sent again for 30 s; after that the same packet is a new login.
   0       request A alice right          -> check_password A
   0       password ok A                  -> start_call A
   5s      factor approved A              -> accept A; login accept approved 1
   34999ms again A                        -> accept A again
   35s     again A                        -> check_password A
   35s     password wrong A               -> nothing
   36s     clock                          -> reject A; login reject wrong_password 1

calls 1
